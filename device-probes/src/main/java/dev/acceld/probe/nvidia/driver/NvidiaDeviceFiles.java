package dev.acceld.probe.nvidia.driver;

import dev.acceld.device.PciAddress;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.CharDevices;
import dev.acceld.host.HostFs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * NVIDIA's files in {@code /dev} and their numbers. The numbers come from {@code /proc/devices}, so
 * that a file is known whether or not somebody has made its node yet.
 */
public final class NvidiaDeviceFiles {
  /** The major that Linux reserves for NVIDIA (devices.txt). */
  private static final int RESERVED_MAJOR = 195;

  private static final int CTL_MINOR = 255;
  private static final int MODESET_MINOR = 254;
  private static final String UVM = "/dev/nvidia-uvm";

  private final HostFs host;
  private final CharDevices numbers;

  /**
   * Reads nothing yet, and then afresh for each question.
   *
   * @param host whose {@code /dev}, {@code /proc/devices} and {@code /sys} are read
   */
  public NvidiaDeviceFiles(HostFs host) {
    this.host = host;
    this.numbers = new CharDevices(host);
  }

  /** The file of one GPU. */
  public DeviceFile gpu(int minor) {
    return DeviceFile.of("/dev/nvidia" + minor, major(numbers.majors()), minor);
  }

  /** The files that all GPUs share, each as far as the driver knows it or its node is there. */
  public List<DeviceFile> shared() {
    Map<String, Integer> majors = numbers.majors();
    int major = major(majors);
    List<DeviceFile> files = new ArrayList<>();
    files.add(DeviceFile.of("/dev/nvidiactl", major, CTL_MINOR));
    if (majors.containsKey("nvidia-modeset") || host.exists("/dev/nvidia-modeset")) {
      files.add(DeviceFile.of("/dev/nvidia-modeset", major, MODESET_MINOR));
    }
    uvm(UVM, majors, 0).ifPresent(files::add);
    uvm("/dev/nvidia-uvm-tools", majors, 1).ifPresent(files::add);
    return files;
  }

  /** Whether the unified memory module was loaded when {@link #shared} was asked. */
  public static boolean haveUvm(List<DeviceFile> shared) {
    return shared.stream().anyMatch(file -> file.path().equals(UVM));
  }

  /** Whether the unified memory module is loaded, as far as its numbers or its node tell. */
  public boolean uvm() {
    return uvm(UVM, numbers.majors(), 0).isPresent();
  }

  /**
   * The files of a GPU's graphics interface (drm(7)): the one for rendering, and for a display the
   * one that controls screens. None where the driver's DRM module is not loaded.
   */
  public List<DeviceFile> graphics(PciAddress pci, boolean display) {
    String drm = "/sys/bus/pci/devices/" + pci + "/drm/";
    List<DeviceFile> files = new ArrayList<>();
    for (String name : host.names(drm)) {
      if (name.startsWith("renderD") || (display && name.startsWith("card"))) {
        files.add(numbers.file("/dev/dri/" + name, drm + name + "/dev"));
      }
    }
    return files;
  }

  private Optional<DeviceFile> uvm(String path, Map<String, Integer> majors, int minor) {
    Integer major = majors.get("nvidia-uvm");
    if (major != null) {
      return Optional.of(DeviceFile.of(path, major, minor));
    }
    // Its major is dynamic; without it only the node can tell.
    return host.exists(path)
        ? Optional.of(new DeviceFile(path, host.node(path)))
        : Optional.empty();
  }

  private static int major(Map<String, Integer> majors) {
    Integer major = majors.get("nvidia");
    if (major == null) {
      major = majors.get("nvidia-frontend");
    }
    return major == null ? RESERVED_MAJOR : major;
  }
}
