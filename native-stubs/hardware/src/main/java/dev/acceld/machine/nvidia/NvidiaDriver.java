package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineDescription.Driver;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.ProcDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/** The files of NVIDIA's driver: libraries, programs, {@code /proc} and {@code /dev} entries. */
public record NvidiaDriver(FileTree tree, Driver driver, List<Hardware.Gpu> gpus) {
  private static final List<String> PROGRAMS =
      List.of(
          "nvidia-cuda-mps-control",
          "nvidia-cuda-mps-server",
          "nvidia-debugdump",
          "nvidia-persistenced");

  private static final String SMI = "/usr/bin/nvidia-smi";

  static String libraryDirectory() {
    return "/usr/lib/" + NvmlLibrary.architecture() + "-linux-gnu";
  }

  /** Where the loader finds NVML. */
  public static String nvmlLink() {
    return libraryDirectory() + "/libnvidia-ml.so.1";
  }

  private String nvmlFile() {
    return libraryDirectory() + "/libnvidia-ml.so." + driver.version();
  }

  /** Puts everything there; what is there already and right stays untouched. */
  public void load() {
    procEntries();
    deviceNodes();
    new NvidiaUserSpace(tree, driver, libraryDirectory()).write();
    new MigFiles(tree).load(gpus);
    PROGRAMS.forEach(name -> script(name, "echo '" + name + ": simulated, does nothing'\n"));
    byte[] smi = SmiProgram.bytes(driver, gpus);
    if (!isSame(SMI, smi)) {
      tree.write(SMI, smi);
      executable(SMI);
    }
    nvml();
  }

  /**
   * Takes away what goes when the driver is unloaded and removed; device nodes stay, as they do.
   */
  public void unload() {
    tree.remove(nvmlLink());
    tree.remove(nvmlFile());
    new NvidiaUserSpace(tree, driver, libraryDirectory()).remove();
    tree.remove("/proc/driver/nvidia");
    new MigFiles(tree).unload();
    tree.remove("/sys/module/nvidia");
    procDevices(false);
  }

  /** A GPU's entry below /proc/driver, there as long as its PCI function is. */
  public void addInformation(Hardware.Gpu gpu) {
    tree.write(
        "/proc/driver/nvidia/gpus/" + gpu.place().pci() + "/information",
        """
        Model: \t\t %s
        IRQ:   \t\t %d
        GPU UUID: \t %s
        Video BIOS: \t %s
        Bus Type: \t PCIe
        DMA Size: \t 52 bits
        DMA Mask: \t 0xfffffffffffff
        Bus Location: \t %s
        Device Minor: \t %d
        GPU Firmware: \t %s
        GPU Excluded:\t No
        """
            .formatted(
                gpu.model().name(),
                100 + gpu.device().position(),
                gpu.device().uuid(),
                gpu.model().vbios(),
                gpu.place().pci(),
                gpu.place().minor(),
                driver.version()));
  }

  public void removeInformation(Hardware.Gpu gpu) {
    tree.remove("/proc/driver/nvidia/gpus/" + gpu.place().pci());
  }

  private void nvml() {
    byte[] library = NvmlLibrary.forDriver(driver);
    if (!isSame(nvmlFile(), library)) {
      tree.write(nvmlFile(), library);
    }
    if (!tree.exists(nvmlLink())) {
      tree.link(nvmlLink(), nvmlFile());
    }
  }

  private void script(String name, String body) {
    String path = "/usr/bin/" + name;
    tree.write(path, "#!/bin/sh\n" + body);
    executable(path);
  }

  private boolean isSame(String path, byte[] bytes) {
    try {
      return tree.exists(path) && Arrays.equals(Files.readAllBytes(tree.at(path)), bytes);
    } catch (IOException e) {
      throw FileTree.cannot("read", tree.at(path), e);
    }
  }

  private void executable(String path) {
    try {
      Files.setPosixFilePermissions(tree.at(path), PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw FileTree.cannot("make executable", tree.at(path), e);
    }
  }

  private void procEntries() {
    tree.write(
        "/proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX Open Kernel Module for %s  %s  Release Build  (simulated)\n"
                .formatted(NvmlLibrary.architecture(), driver.version())
            + "GCC version:  simulated\n");
    tree.write("/proc/driver/nvidia/params", "ModifyDeviceFiles: 1\nDeviceFileMode: 438\n");
    tree.write("/sys/module/nvidia/version", driver.version());
    tree.write("/sys/module/nvidia/initstate", "live");
    for (Hardware.Gpu gpu : gpus) {
      if (tree.exists("/sys/bus/pci/devices/" + gpu.place().pci())) {
        addInformation(gpu);
      }
    }
    procDevices(true);
  }

  private void procDevices(boolean loaded) {
    ProcDevices.write(tree, loaded);
  }

  private void deviceNodes() {
    gpus.forEach(gpu -> tree.node("/dev/nvidia" + gpu.place().minor()));
    for (String name : List.of("nvidiactl", "nvidia-modeset", "nvidia-uvm", "nvidia-uvm-tools")) {
      tree.node("/dev/" + name);
    }
  }
}
