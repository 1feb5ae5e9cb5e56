package dev.acceld.probe.nvidia;

import dev.acceld.device.access.DriverCapability;
import dev.acceld.probe.nvidia.driver.DriverRoot;
import dev.acceld.probe.nvidia.mig.MigSelector;
import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * NVIDIA's settings, checked and typed.
 *
 * @param access where the driver is, and what of it containers get
 * @param migOnDemand which GPUs are cut into partitions for claims
 * @param migRemoveForeign whether partitions that no claim of this agent holds are removed
 * @param operationalEvents whether GPU Operational Events are faults beside XIDs
 */
record NvidiaOptions(
    NvidiaAccess.Settings access,
    MigSelector migOnDemand,
    boolean migRemoveForeign,
    boolean operationalEvents) {
  private static final String DRIVER_ROOT = "nvidia-driver-root";
  private static final String HOST_DRIVER_ROOT = "nvidia-host-driver-root";
  private static final String CDI_HOOK = "nvidia-cdi-hook";
  private static final String DRIVER_CAPABILITIES = "nvidia-driver-capabilities";
  private static final String MIG_ON_DEMAND = "nvidia-mig-on-demand";
  private static final String MIG_REMOVE_FOREIGN = "nvidia-mig-remove-foreign";
  private static final String OPERATIONAL_EVENTS = "nvidia-operational-events";

  static final List<VendorSetting> SETTINGS =
      List.of(
          new VendorSetting(
              DRIVER_ROOT, "DIR", Optional.of("/"), "root directory of NVIDIA's driver"),
          new VendorSetting(
              HOST_DRIVER_ROOT,
              "DIR",
              Optional.empty(),
              "root directory of NVIDIA's driver as the container runtime sees it (default: the"
                  + " same)"),
          new VendorSetting(
              CDI_HOOK,
              "FILE",
              Optional.of("/usr/bin/nvidia-cdi-hook"),
              "NVIDIA's CDI hook on the host, used if installed"),
          new VendorSetting(
              DRIVER_CAPABILITIES,
              "LIST",
              Optional.of("all"),
              "driver capabilities of containers whose claim does not specify them: compute,"
                  + " graphics, display, utility, video, or all"),
          new VendorSetting(
              MIG_ON_DEMAND,
              "GPUS",
              Optional.of("none"),
              "GPUs on which MIG partitions are created for claims and deleted afterwards: none,"
                  + " all, or a list of published names, UUIDs, PCI addresses and indices"),
          new VendorSetting(
              MIG_REMOVE_FOREIGN,
              "BOOLEAN",
              Optional.of("false"),
              "remove MIG partitions that no claim of this agent holds, on the GPUs of"
                  + " --nvidia-mig-on-demand; otherwise they stay, and claims cannot use their"
                  + " placement"),
          new VendorSetting(
              OPERATIONAL_EVENTS,
              "BOOLEAN",
              Optional.of("false"),
              "take GPU Operational Events as faults too, where the driver has them (a preview of"
                  + " driver 615 and newer); an event that is also an XID counts once"));

  /**
   * Reads the values.
   *
   * @throws VendorOptionException naming the setting and what would be right
   */
  static NvidiaOptions of(VendorOptions options) {
    Path seen = options.path(DRIVER_ROOT);
    DriverRoot root = new DriverRoot(seen, options.findPath(HOST_DRIVER_ROOT).orElse(seen));
    return new NvidiaOptions(
        new NvidiaAccess.Settings(root, options.path(CDI_HOOK), capabilities(options)),
        gpus(options),
        options.isOn(MIG_REMOVE_FOREIGN),
        options.isOn(OPERATIONAL_EVENTS));
  }

  /** Driver and hook moved to a simulated machine's tree. */
  static VendorOptions simulated(VendorOptions options, Path machine) {
    Path hook = machine.resolve(Path.of("/").relativize(options.path(CDI_HOOK)));
    return options.with(
        Map.of(
            DRIVER_ROOT,
            machine.toString(),
            HOST_DRIVER_ROOT,
            machine.toString(),
            CDI_HOOK,
            hook.toString()));
  }

  private static MigSelector gpus(VendorOptions options) {
    try {
      return MigSelector.parse(options.text(MIG_ON_DEMAND));
    } catch (IllegalArgumentException e) {
      throw new VendorOptionException(MIG_ON_DEMAND, String.valueOf(e.getMessage()));
    }
  }

  private static Set<DriverCapability> capabilities(VendorOptions options) {
    String value = options.text(DRIVER_CAPABILITIES);
    if (value.equals("all")) {
      return DriverCapability.ALL;
    }
    Set<DriverCapability> all = EnumSet.noneOf(DriverCapability.class);
    for (String word : value.split(",", -1)) {
      all.add(
          DriverCapability.of(word.strip())
              .orElseThrow(() ->
                  new VendorOptionException(
                      DRIVER_CAPABILITIES,
                      "'"
                          + word.strip()
                          + "' is not a capability; use all, or a list of "
                          + DriverCapability.ids()
                          + " separated by commas")));
    }
    return all;
  }
}
