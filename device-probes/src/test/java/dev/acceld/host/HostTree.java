package dev.acceld.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A tiny host tree under a temporary directory, written by hand. */
public final class HostTree {
  private final Path root;

  public HostTree(Path root) {
    this.root = root;
  }

  public HostFs host() {
    return new HostFs(root);
  }

  public HostTree file(String path, String text) {
    return io(() -> Files.writeString(at(path), text));
  }

  public HostTree link(String path, String target) {
    return io(() -> Files.createSymbolicLink(at(path), Path.of(target)));
  }

  public HostTree remove(String path) {
    Path start = root.resolve(path.substring(1));
    return io(() -> {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(start)) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path each : all) {
        Files.delete(each);
      }
      return start;
    });
  }

  /** One PCI function behind a host bridge, as sysfs lays it out. */
  public HostTree pci(String address, String bridge, String vendor, String device, String klass) {
    String real = "/sys/devices/" + bridge + "/" + address;
    file(real + "/vendor", vendor + "\n");
    file(real + "/device", device + "\n");
    file(real + "/class", klass + "\n");
    file(real + "/numa_node", "0\n");
    return link("/sys/bus/pci/devices/" + address, "../../../devices/" + bridge + "/" + address);
  }

  public HostTree driver(String address, String driver) {
    return link("/sys/bus/pci/devices/" + address + "/driver", "../../bus/pci/drivers/" + driver);
  }

  public HostTree group(String address, int group) {
    link(
        "/sys/bus/pci/devices/" + address + "/iommu_group",
        "../../../kernel/iommu_groups/" + group);
    return file("/sys/kernel/iommu_groups/" + group + "/devices/" + address, "");
  }

  private Path at(String path) throws IOException {
    Path at = root.resolve(path.substring(1));
    Files.createDirectories(at.getParent());
    return at;
  }

  private HostTree io(Step step) {
    try {
      step.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Step {
    Object run() throws IOException;
  }
}
