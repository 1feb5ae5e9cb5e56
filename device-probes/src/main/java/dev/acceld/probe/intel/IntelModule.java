package dev.acceld.probe.intel;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.probe.VendorRuntime;
import dev.acceld.probe.intel.drm.DrmIoctl;
import dev.acceld.probe.intel.drm.DrmQuery;
import dev.acceld.reset.Holders;
import dev.acceld.reset.UnboundDeviceReset;
import dev.acceld.vendor.ContainerDevices;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HardwareStatement.Severity;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.OtherOffers;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Intel's discrete GPUs. */
public final class IntelModule implements VendorModule {
  private static final Pattern SHARE = Pattern.compile("(card\\d{1,6})-\\d{1,4}");

  /** For the list of modules. */
  public IntelModule() {}

  @Override
  public Vendor vendor() {
    return Vendor.INTEL;
  }

  @Override
  public String noun() {
    return "Intel GPU";
  }

  @Override
  public List<VendorSetting> settings() {
    return IntelOptions.SETTINGS;
  }

  @Override
  public void check(VendorOptions options) {
    IntelOptions unused = IntelOptions.of(options);
  }

  @Override
  public VendorOptions simulated(VendorOptions options, Path machine) {
    return IntelOptions.simulated(options);
  }

  @Override
  public VendorRuntime open(VendorContext context) {
    IntelOptions options = IntelOptions.of(context.options());
    HostFs host = context.host();
    HostProcesses processes = HostProcesses.of(host, options.proc());
    return new VendorRuntime(
        new IntelProbe(
            host,
            options.query() ? DrmIoctl.on(host) : DrmQuery.NONE,
            InstantSource.system(),
            System::nanoTime),
        new IntelAccess(),
        DeviceControl.NONE,
        // A binding anew is also what ends the state in which xe has declared a GPU wedged (Linux:
        // drm-uapi, Device Wedging).
        Optional.of(
            new UnboundDeviceReset(host, Vendor.INTEL, IntelNodes.DRIVERS, new Holders(processes))),
        Optional.empty());
  }

  @Override
  public List<PciAddress> onBus(HostFs host) {
    return IntelBus.look(host, new PciDevices(host)).gpus().stream()
        .map(PciFunction::address)
        .toList();
  }

  /** By files alone: no driver is asked, so that it comes back also when one hangs. */
  @Override
  public List<HardwareStatement> examine(VendorContext context) {
    List<HardwareStatement> all = new ArrayList<>();
    Discovery gpus = look(context.host());
    int count = gpus.devices().size();
    int good = (int) gpus.devices().stream().filter(d -> d.common().offered()).count();
    HardwareStatement.ofCount(noun(), good, count).ifPresent(all::add);
    for (String left : IntelBus.look(context.host(), new PciDevices(context.host())).leftOut()) {
      all.add(new HardwareStatement(Severity.OK, left, ""));
    }
    all.addAll(HardwareStatement.ofProblems(gpus.problems(), good < count));
    return all;
  }

  @Override
  public HealthRules health() {
    return new IntelHealthRules();
  }

  /** The nodes are open only while the driver answers. */
  @Override
  public boolean opensDevices() {
    return false;
  }

  @Override
  public OtherOffers otherOffers() {
    return new OtherOffers(
        List.of("gpu.intel.com/i915", "gpu.intel.com/xe"), List.of("gpu.intel.com"));
  }

  /** {@code renderD128} and {@code card0} for each GPU. */
  @Override
  public ContainerDevices inContainer() {
    return new ContainerDevices(
        IntelDevices.PREFIX,
        List.of("/dev/dri"),
        Pattern.compile("(?:renderD|card)\\d+"),
        new IntelFileNeeds(container -> look(container).devices()),
        Optional.empty());
  }

  private static Discovery look(HostFs host) {
    try (IntelProbe probe =
        new IntelProbe(host, DrmQuery.NONE, InstantSource.system(), System::nanoTime)) {
      return probe.discover();
    } catch (ProbeUnavailableException e) {
      return new Discovery(List.of(), List.of());
    }
  }

  /**
   * {@code card0-0} and the like of Intel's device plugin: the number of the card, and which of its
   * shares.
   */
  @Override
  public boolean isPluginId(Device device, String id) {
    Matcher share = SHARE.matcher(id);
    return share.matches()
        && device.common().files().stream()
            .anyMatch(file -> file.path().equals("/dev/dri/" + share.group(1)));
  }
}
