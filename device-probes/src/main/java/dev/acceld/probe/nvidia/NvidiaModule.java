package dev.acceld.probe.nvidia;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.probe.VendorRuntime;
import dev.acceld.probe.nvidia.discovery.DriverlessGpus;
import dev.acceld.probe.nvidia.driver.SmiReset;
import dev.acceld.probe.nvidia.session.OwnHandles;
import dev.acceld.reset.Holders;
import dev.acceld.vendor.ContainerDevices;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.OtherOffers;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** NVIDIA's GPUs and their partitions. */
public final class NvidiaModule implements VendorModule {
  private static final HealthRules RULES = new NvidiaHealthRules();

  /** For the list of modules. */
  public NvidiaModule() {}

  @Override
  public Vendor vendor() {
    return Vendor.NVIDIA;
  }

  @Override
  public String noun() {
    return "NVIDIA GPU";
  }

  @Override
  public List<VendorSetting> settings() {
    return NvidiaOptions.SETTINGS;
  }

  @Override
  public void check(VendorOptions options) {
    NvidiaOptions.of(options);
  }

  @Override
  public VendorOptions simulated(VendorOptions options, Path machine) {
    return NvidiaOptions.simulated(options, machine);
  }

  @Override
  public List<Path> directories(VendorOptions options) {
    return List.of(NvidiaOptions.of(options).access().root().seen());
  }

  @Override
  public VendorRuntime open(VendorContext context) {
    NvidiaOptions options = NvidiaOptions.of(context.options());
    NvidiaProbe probe =
        new NvidiaProbe(
            options.access().root().seen(),
            context.host(),
            context.releases(),
            options.migOnDemand(),
            options.operationalEvents());
    return new VendorRuntime(
        probe,
        new NvidiaAccess(context.host(), options.access()),
        // Also where nothing is made any more: what was made for a claim has to be unmade.
        probe.control(options.migRemoveForeign()),
        Optional.of(
            new SmiReset(
                options.access().root().seen(), new Holders(new HostProcesses(context.host())))),
        Optional.of(probe.selfTest()));
  }

  @Override
  public List<PciAddress> onBus(HostFs host) {
    return DriverlessGpus.addresses(host);
  }

  @Override
  public List<HardwareStatement> examine(VendorContext context) {
    return new DriverExamination(context).statements();
  }

  @Override
  public HealthRules health() {
    return RULES;
  }

  @Override
  public boolean opensDevices() {
    return true;
  }

  @Override
  public List<String> stillOpen() {
    return OwnHandles.all();
  }

  @Override
  public OtherOffers otherOffers() {
    return new OtherOffers(List.of("nvidia.com/gpu", "nvidia.com/mig-"), List.of("gpu.nvidia.com"));
  }

  /** The UUID; a device that is given to several at a time has {@code ::N} behind it. */
  @Override
  public boolean isPluginId(Device device, String id) {
    int copy = id.indexOf("::");
    String uuid = copy < 0 ? id : id.substring(0, copy);
    return switch (device) {
      case Gpu gpu -> gpu.uuid().equals(uuid);
      case MigDevice mig -> mig.instance().map(i -> i.uuid().equals(uuid)).orElse(false);
      default -> false;
    };
  }

  @Override
  public ContainerDevices inContainer() {
    return new ContainerDevices(
        "gpu-",
        List.of("/dev"),
        Pattern.compile("nvidia\\d+|nvidiactl"),
        new GpuFileNeeds(),
        Optional.of("/dev/nvidiactl"));
  }
}
