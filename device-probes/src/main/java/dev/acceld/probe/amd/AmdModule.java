package dev.acceld.probe.amd;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.health.amd.AmdHealthRules;
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
import dev.acceld.reset.Holders;
import dev.acceld.vendor.ContainerDevices;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.OtherOffers;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** AMD's GPUs. */
public final class AmdModule implements VendorModule {
  private static final HealthRules RULES = new AmdHealthRules();

  /** For the list of modules. */
  public AmdModule() {}

  @Override
  public Vendor vendor() {
    return Vendor.AMD;
  }

  @Override
  public String noun() {
    return "AMD GPU";
  }

  @Override
  public List<VendorSetting> settings() {
    return AmdOptions.SETTINGS;
  }

  @Override
  public void check(VendorOptions options) {
    AmdOptions.of(options);
  }

  @Override
  public VendorRuntime open(VendorContext context) {
    AmdOptions options = AmdOptions.of(context.options());
    HostProcesses processes = HostProcesses.of(context.host(), options.proc());
    return new VendorRuntime(
        new AmdProbe(context.host(), options),
        new AmdAccess(context.host()),
        DeviceControl.NONE,
        Optional.of(new AmdReset(context.host(), new Holders(processes))),
        Optional.empty());
  }

  @Override
  public List<PciAddress> onBus(HostFs host) {
    return new AmdGpus(host, new PciDevices(host))
        .find(KfdTopology.gpus(host), false, Set.of()).offered().stream()
            .map(PciFunction::address)
            .toList();
  }

  @Override
  public List<HardwareStatement> examine(VendorContext context) {
    Discovery gpus = look(context.host(), AmdOptions.of(context.options()));
    int all = gpus.devices().size();
    int good = all - gpus.unusable().size();
    return Stream.concat(
            HardwareStatement.ofCount(noun(), good, all).stream(),
            HardwareStatement.ofProblems(gpus.problems(), good < all).stream())
        .toList();
  }

  @Override
  public HealthRules health() {
    return RULES;
  }

  @Override
  public boolean opensDevices() {
    return false;
  }

  /** AMD's device plugin names partitions after their mode, {@code amd.com/cpx_nps1}. */
  @Override
  public OtherOffers otherOffers() {
    return new OtherOffers(
        List.of(
            "amd.com/gpu",
            "amd.com/spx_",
            "amd.com/dpx_",
            "amd.com/tpx_",
            "amd.com/qpx_",
            "amd.com/cpx_"),
        List.of("gpu.amd.com"));
  }

  /** The PCI address; partitions have other names. */
  @Override
  public boolean isPluginId(Device device, String id) {
    Optional<PciAddress> address = PciAddress.parse(id);
    return address.isPresent()
        && device.common().vendor().equals(Vendor.AMD)
        && address.equals(device.common().pci());
  }

  /** {@code /dev/kfd} for all, and a render node and a card each. */
  @Override
  public ContainerDevices inContainer() {
    return new ContainerDevices(
        "amd-",
        List.of("/dev", "/dev/dri"),
        Pattern.compile("kfd|renderD\\d+|card\\d+"),
        new AmdFileNeeds(container -> look(container, AmdOptions.ANYTHING).devices()),
        Optional.of("/dev/kfd"));
  }

  private static Discovery look(HostFs host, AmdOptions options) {
    try (AmdProbe probe = new AmdProbe(host, options)) {
      return probe.discover();
    } catch (ProbeUnavailableException e) {
      return new Discovery(List.of(), List.of());
    }
  }
}
