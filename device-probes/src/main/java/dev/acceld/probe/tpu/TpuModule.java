package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.health.tpu.TpuHealthRules;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.probe.VendorRuntime;
import dev.acceld.reset.Holders;
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
import java.util.regex.Pattern;

/** Google's TPU chips. */
public final class TpuModule implements VendorModule {

  /** For the list of modules. */
  public TpuModule() {}

  @Override
  public Vendor vendor() {
    return Vendor.GOOGLE;
  }

  @Override
  public String noun() {
    return "TPU chip";
  }

  @Override
  public List<VendorSetting> settings() {
    return TpuOptions.SETTINGS;
  }

  @Override
  public void check(VendorOptions options) {
    TpuOptions.of(options);
  }

  @Override
  public VendorOptions simulated(VendorOptions options, Path machine) {
    return TpuOptions.simulated(options);
  }

  @Override
  public VendorRuntime open(VendorContext context) {
    TpuOptions options = TpuOptions.of(context.options());
    TpuHost host = new TpuHost(context.host(), options, context.cluster());
    TpuWorkloads workloads =
        new TpuWorkloads(options.runtimeMetrics() ? context.cluster() : ClusterView.NONE);
    TpuUsers users = new TpuUsers(processes(context.host(), options));
    return new VendorRuntime(
        new TpuProbe(
            context.host(),
            host,
            workloads,
            Optional.of(
                new TpuLeftovers(
                    context.cluster(), users, context.processes(), options.leftoverPause())),
            InstantSource.system(),
            options.hold()),
        new TpuAccess(context.host(), host, options.logs().map(TpuLogs::place)),
        users,
        Optional.of(new TpuReset(context.host(), new Holders(processes(context.host(), options)))),
        Optional.empty());
  }

  private static HostProcesses processes(HostFs host, TpuOptions options) {
    return HostProcesses.of(host, options.proc());
  }

  @Override
  public List<PciAddress> onBus(HostFs host) {
    return look(host, TpuOptions.NONE).devices().stream()
        .flatMap(chip -> chip.common().pci().stream())
        .toList();
  }

  @Override
  public List<HardwareStatement> examine(VendorContext context) {
    TpuOptions options = TpuOptions.of(context.options()).withoutMetadataServer();
    Discovery tpus = look(context.host(), options);
    int chips = (int) tpus.devices().stream().filter(device -> !device.group()).count();
    int good = chips - tpus.unusable().size();
    List<HardwareStatement> all = new ArrayList<>();
    HardwareStatement.ofCount(noun(), good, chips).ifPresent(all::add);
    if (chips > 0 && !processes(context.host(), options).seesFiles()) {
      // Not needed, so no warning.
      all.add(
          new HardwareStatement(
              Severity.OK, TpuUsers.BLIND + "; to change that, " + TpuUsers.REMEDY, ""));
    }
    if (chips > 0) {
      options.logs().ifPresent(logs -> all.add(logs.examine()));
    }
    all.addAll(HardwareStatement.ofProblems(tpus.problems(), good < chips));
    return all;
  }

  @Override
  public HealthRules health() {
    return new TpuHealthRules();
  }

  @Override
  public boolean opensDevices() {
    return false;
  }

  @Override
  public OtherOffers otherOffers() {
    return new OtherOffers(List.of("google.com/tpu"), List.of("tpu.google.com"));
  }

  /**
   * The PCI address, or the number of the chip on the host. Where a chip has two PCI functions the
   * numbers that the kubelet has count otherwise, so that they prove nothing.
   */
  @Override
  public boolean isPluginId(Device device, String id) {
    if (!(device instanceof TpuChip chip)) {
      return false;
    }
    Optional<PciAddress> address = PciAddress.parse(id);
    return address.isPresent()
        ? address.equals(chip.common().pci())
        : !chip.generation().equals("tpu7x") && id.equals(Integer.toString(chip.index()));
  }

  /** {@code /dev/vfio/N} for each chip, with the VFIO container, or {@code /dev/accelN} alone. */
  @Override
  public ContainerDevices inContainer() {
    return new ContainerDevices(
        "tpu-",
        List.of("/dev", "/dev/vfio"),
        Pattern.compile("accel\\d+|\\d+|vfio"),
        new TpuFileNeeds(container -> look(container, TpuOptions.ANYTHING).devices()),
        Optional.empty());
  }

  private static Discovery look(HostFs fs, TpuOptions options) {
    try (TpuProbe probe =
        new TpuProbe(
            fs, new TpuHost(fs, options, ClusterView.NONE), new TpuWorkloads(ClusterView.NONE))) {
      return probe.discover();
    } catch (ProbeUnavailableException e) {
      return new Discovery(List.of(), List.of());
    }
  }
}
