package dev.acceld.machine;

import dev.acceld.machine.description.MachineDescription.TpuFiles;
import dev.acceld.machine.nvidia.ProcessState;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.SimulatedDevice;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import dev.acceld.machine.tree.Sysfs.PciFunction;
import dev.acceld.machine.tree.TreeLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Lets processes of this machine have the device files of simulated TPU chips open; as {@link
 * Simulation} in all else. The simulated {@code /proc} is made of files: a process that ends has a
 * chip open until {@link #close} is called, as one that hangs in the kernel.
 */
public final class TpuProcesses {
  private static final String PROC = "/proc/";

  private final FileTree tree;
  private final Hardware hardware;
  private final Function<String, SimulatedDevice> names;

  TpuProcesses(FileTree tree, Hardware hardware, Function<String, SimulatedDevice> names) {
    this.tree = tree;
    this.hardware = hardware;
    this.names = names;
  }

  /** Whether that device is a TPU chip. */
  public boolean isTpu(String device) {
    return names.apply(device).kind() == Kind.TPU;
  }

  /**
   * From now on a process has the chip's device files open.
   *
   * @param pid of a process that runs on this machine
   */
  public void open(String device, int pid) {
    Hardware.Tpu tpu = tpu(device);
    if (ProcessState.startOf(pid).isEmpty()) {
      throw Mistakes.noProcess(pid);
    }
    TreeLock.edit(
        tree,
        () -> {
          // By these the agent knows that it sees the host's processes, and all of their files.
          tree.write(PROC + "2/comm", "kthreadd");
          link("1/fd/0", "socket:[1]");
          for (String file : List.of("comm", "cgroup", "stat")) {
            tree.write(PROC + pid + "/" + file, real(pid, file));
          }
          List<String> files = files(tpu);
          for (int i = 0; i < files.size(); i++) {
            link(pid + "/fd/" + number(tpu, i), files.get(i));
          }
        });
  }

  /** From now on a process has the chip open no more; the process itself goes on. */
  public void close(String device, int pid) {
    Hardware.Tpu tpu = tpu(device);
    TreeLock.edit(
        tree,
        () -> {
          for (int i = 0; i < files(tpu).size(); i++) {
            tree.remove(PROC + pid + "/fd/" + number(tpu, i));
          }
          if (tree.exists(PROC + pid + "/fd") && tree.isEmpty(PROC + pid + "/fd")) {
            tree.remove(PROC + pid);
          }
        });
  }

  private Hardware.Tpu tpu(String device) {
    return hardware.tpus().get(names.apply(device).position());
  }

  /** A number of an open file that no other chip's file has. */
  private static int number(Hardware.Tpu tpu, int file) {
    return 10 * (tpu.device().position() + 1) + file;
  }

  private static List<String> files(Hardware.Tpu tpu) {
    if (tpu.files() != TpuFiles.vfio) {
      return List.of("/dev/accel" + tpu.accel());
    }
    List<String> files = new ArrayList<>();
    for (PciFunction f : tpu.functions()) {
      files.add("/dev/vfio/" + Objects.requireNonNull(f.iommuGroup()));
    }
    return files;
  }

  /** The paths in {@code /proc/PID/fd} are the machine's own, whatever root the tree has. */
  private void link(String from, String to) {
    Path link = tree.at(PROC + from);
    try {
      Files.createDirectories(Objects.requireNonNull(link.getParent()));
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Path.of(to));
    } catch (IOException e) {
      throw FileTree.cannot("create", link, e);
    }
  }

  private static String real(int pid, String file) {
    try {
      return Files.readString(Path.of(PROC + pid + "/" + file));
    } catch (IOException e) {
      throw Mistakes.noProcess(pid);
    }
  }
}
