package dev.acceld.machine.tree;

import dev.acceld.machine.tree.Sysfs.PciFunction;

/**
 * The files by which the kernel resets a PCI function (Documentation/ABI/testing/sysfs-bus-pci):
 * who writes 1 to {@code reset} has it reset by the first of the ways in {@code reset_method}.
 */
public record PciResetFiles(FileTree tree, PciFunction function) {

  /** Nothing has been asked yet. */
  public void write() {
    tree.write(function.directory() + "/reset_method", "flr bus");
    tree.write(function.directory() + "/reset", "");
  }

  /** The next resets leave the function silent. */
  public void fail(int times) {
    if (times == 0) {
      tree.remove(fails());
    } else {
      tree.write(fails(), Integer.toString(times));
    }
  }

  /** Whether somebody has written to the file. */
  public boolean isAsked() {
    return tree.exists(file()) && tree.read(file()).strip().equals("1");
  }

  /**
   * The function is reset, unless another process has done it meanwhile: it answers, with all
   * lanes. Its error counters are the kernel's.
   *
   * @return whether it answers, unless it was to fail
   */
  public boolean reset() {
    if (!isAsked()) {
      return true;
    }
    int fails = tree.exists(fails()) ? Integer.parseInt(tree.read(fails()).strip()) : 0;
    if (fails > 0) {
      new PcieErrorFiles(tree, function).silence();
      fail(fails - 1);
    } else {
      new PcieErrorFiles(tree, function).answer();
      new Sysfs(tree).link(function, false, function.width());
    }
    tree.write(file(), "");
    return fails == 0;
  }

  private String file() {
    return function.directory() + "/reset";
  }

  private String fails() {
    return "/var/lib/standin/reset-fails/" + function.address();
  }
}
