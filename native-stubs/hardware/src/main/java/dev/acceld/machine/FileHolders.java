package dev.acceld.machine;

import dev.acceld.machine.description.MachineDescription.TpuFiles;
import dev.acceld.machine.drm.DrmDevices;
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
 * Lets processes of this machine have the device files of simulated devices open; as {@link
 * Simulation} in all else. The simulated {@code /proc} is made of files: a process that ends has a
 * device open until {@link #close} is called, as one that hangs in the kernel. NVIDIA GPUs are used
 * through their library ({@link GpuProcesses}).
 */
public final class FileHolders {
  private static final String PROC = "/proc/";

  private final FileTree tree;
  private final Hardware hardware;
  private final DrmDevices devices;
  private final Function<String, SimulatedDevice> names;

  FileHolders(DrmDevices devices, Function<String, SimulatedDevice> names) {
    this.tree = devices.tree();
    this.hardware = devices.hardware();
    this.devices = devices;
    this.names = names;
  }

  /** Whether that device is used through its files: all but NVIDIA GPUs. */
  public boolean isUsedByFile(String device) {
    return names.apply(device).kind() != Kind.GPU;
  }

  /**
   * From now on a process has the device's files open.
   *
   * @param pid of a process that runs on this machine
   */
  public void open(String device, int pid) {
    SimulatedDevice found = names.apply(device);
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
          List<String> files = files(found);
          for (int i = 0; i < files.size(); i++) {
            link(pid + "/fd/" + number(found, i), files.get(i));
          }
          hardware.drm(found).ifPresent(gpu -> devices.open(gpu, pid));
        });
  }

  /** From now on a process has the device open no more; the process itself goes on. */
  public void close(String device, int pid) {
    SimulatedDevice found = names.apply(device);
    TreeLock.edit(
        tree,
        () -> {
          for (int i = 0; i < files(found).size(); i++) {
            tree.remove(PROC + pid + "/fd/" + number(found, i));
          }
          if (tree.exists(PROC + pid + "/fd") && tree.isEmpty(PROC + pid + "/fd")) {
            tree.remove(PROC + pid);
          }
          hardware.drm(found).ifPresent(gpu -> devices.close(gpu, pid));
        });
  }

  /** A number of an open file that no file of another device has. */
  private int number(SimulatedDevice device, int file) {
    return 10 * (hardware.devices().indexOf(device) + 1) + file;
  }

  private List<String> files(SimulatedDevice device) {
    return switch (device.kind()) {
      case GPU -> throw new IllegalArgumentException(device.name());
      case TPU -> tpuFiles(hardware.tpus().get(device.position()));
      case AMD -> List.of("/dev/kfd", "/dev/dri/renderD" + drm(device).place().render());
      case INTEL -> List.of("/dev/dri/renderD" + drm(device).place().render());
    };
  }

  private Hardware.Drm drm(SimulatedDevice device) {
    return hardware.drm(device).orElseThrow();
  }

  private static List<String> tpuFiles(Hardware.Tpu tpu) {
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
