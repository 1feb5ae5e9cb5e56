package dev.acceld.probe.nvidia;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.nvidia.driver.DriverRoot;
import dev.acceld.probe.nvidia.driver.DriverUserSpace;
import dev.acceld.probe.nvidia.driver.NvidiaDeviceFiles;
import dev.acceld.probe.nvidia.driver.UvmModule;
import dev.acceld.vendor.ConfigKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a container needs besides {@code /dev/nvidiaN}: the control files, the driver's user space,
 * the graphics nodes where graphics are wanted, and a word to NVIDIA's older runtime hook that it
 * must not inject anything of its own. Nodes are handed out by number, so that it does not matter
 * whether somebody has made them on the host.
 */
public final class NvidiaAccess implements AccessPlanner {
  /** Without these two a GPU is of no use to nearly everybody: their absence is told. */
  private static final Set<DriverCapability> BASIC =
      EnumSet.of(DriverCapability.COMPUTE, DriverCapability.UTILITY);

  private final NvidiaDeviceFiles files;
  private final DriverUserSpace driver;
  private final UvmModule uvm;
  private final Set<DriverCapability> usual;

  /**
   * Settings of the node.
   *
   * @param root below which the driver's files are
   * @param hook the host's path of {@code nvidia-cdi-hook}, which need not be there
   * @param usual what a container gets whose claim does not say
   */
  public record Settings(DriverRoot root, Path hook, Set<DriverCapability> usual) {

    /** Takes a copy. */
    public Settings {
      usual = Set.copyOf(usual);
    }
  }

  /** With the files of that host. */
  public NvidiaAccess(HostFs host, Settings settings) {
    this(host, settings, UvmModule::start);
  }

  NvidiaAccess(HostFs host, Settings settings, UvmModule.Runner runner) {
    files = new NvidiaDeviceFiles(host);
    driver = new DriverUserSpace(settings.root(), settings.hook(), host);
    uvm = new UvmModule(settings.root(), () -> files.uvm(), runner);
    usual = settings.usual();
  }

  @Override
  public List<ConfigKind> configKinds() {
    return NvidiaConfigKinds.ALL;
  }

  @Override
  public ContainerAccess plan(List<Device> devices, AccessOptions options)
      throws AccessRefusedException {
    List<Device> own =
        devices.stream().filter(d -> d.common().vendor().equals(Vendor.NVIDIA)).toList();
    if (own.isEmpty()) {
      return ContainerAccess.NONE;
    }
    Set<DriverCapability> wanted = options.capabilities().orElse(usual);
    Set<DriverCapability> needed = EnumSet.copyOf(wanted);
    if (options.capabilities().isEmpty()) {
      needed.retainAll(BASIC);
    }
    // Read each time: modules are loaded at any time.
    List<DeviceFile> nodes = new ArrayList<>(files.shared());
    if (wanted.contains(DriverCapability.COMPUTE) && !NvidiaDeviceFiles.haveUvm(nodes)) {
      uvm.require();
      nodes = new ArrayList<>(files.shared());
    }
    ContainerAccess user = driver.plan(version(own), wanted, needed);
    if (!Collections.disjoint(
        wanted, EnumSet.of(DriverCapability.GRAPHICS, DriverCapability.DISPLAY))) {
      boolean display = wanted.contains(DriverCapability.DISPLAY);
      for (Device device : own) {
        if (device.common().pci().isPresent()) {
          nodes.addAll(files.graphics(device.common().pci().get(), display));
        }
      }
    }
    Map<String, String> env = new HashMap<>(user.env());
    env.put("NVIDIA_VISIBLE_DEVICES", "void");
    return new ContainerAccess(nodes, env, user.mounts(), user.hooks());
  }

  @Override
  public boolean dependsOnOthers(List<Device> devices) {
    return false;
  }

  private static String version(List<Device> devices) {
    for (Device device : devices) {
      switch (device) {
        case Gpu gpu -> {
          return gpu.driverVersion();
        }
        case MigDevice part -> {
          return part.driverVersion();
        }
        default -> {}
      }
    }
    return "";
  }
}
