package dev.acceld.probe.tpu;

import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.probe.VendorRuntime;
import dev.acceld.vendor.ContainerDevices;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HardwareStatement.Severity;
import dev.acceld.vendor.OtherOffers;
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
  public VendorRuntime open(VendorContext context) {
    return new VendorRuntime(
        new TpuProbe(context.host()), new TpuAccess(context.host()), DeviceControl.NONE);
  }

  @Override
  public List<PciAddress> onBus(HostFs host) {
    return look(host).devices().stream().flatMap(chip -> chip.common().pci().stream()).toList();
  }

  @Override
  public List<HardwareStatement> examine(VendorContext context) {
    Discovery tpus = look(context.host());
    int chips = tpus.devices().size();
    int good = chips - tpus.unusable().size();
    List<HardwareStatement> all = new ArrayList<>();
    if (chips > 0) {
      String count = good == chips ? Integer.toString(chips) : good + " of " + chips;
      String text = count + (chips == 1 ? " TPU chip" : " TPU chips") + " can be allocated";
      all.add(new HardwareStatement(good == chips ? Severity.OK : Severity.WARN, text, ""));
    }
    for (String problem : tpus.problems()) {
      // It has its remedy.
      all.add(new HardwareStatement(good == chips ? Severity.WARN : Severity.FAIL, problem, ""));
    }
    return all;
  }

  @Override
  public boolean opensDevices() {
    return false;
  }

  @Override
  public OtherOffers otherOffers() {
    return new OtherOffers(List.of("google.com/tpu"), List.of("tpu.google.com"));
  }

  /** {@code /dev/vfio/N} for each chip, with the VFIO container, or {@code /dev/accelN} alone. */
  @Override
  public ContainerDevices inContainer() {
    return new ContainerDevices(
        "tpu-",
        List.of("/dev", "/dev/vfio"),
        Pattern.compile("accel\\d+|\\d+|vfio"),
        Optional.empty());
  }

  private static Discovery look(HostFs host) {
    try {
      return new TpuProbe(host).discover();
    } catch (ProbeUnavailableException e) {
      return new Discovery(List.of(), List.of());
    }
  }
}
