package dev.acceld.probe.acme;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.probe.VendorRuntime;
import dev.acceld.vendor.ConfigFields;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.ContainerDevices;
import dev.acceld.vendor.DeviceFileNeeds;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HardwareStatement.Severity;
import dev.acceld.vendor.OtherOffers;
import dev.acceld.vendor.VendorSetting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Acme's cards. */
public final class AcmeModule implements VendorModule {
  static final Vendor ACME = new Vendor("acme", "acme");

  private static final String CLASS = "acme-class";

  @Override
  public Vendor vendor() {
    return ACME;
  }

  @Override
  public String noun() {
    return "Acme card";
  }

  @Override
  public List<VendorSetting> settings() {
    return List.of(
        new VendorSetting(
            CLASS, "NAME", Optional.of("acme"), "the class of Acme's cards in sysfs"));
  }

  @Override
  public VendorRuntime open(VendorContext context) {
    return new VendorRuntime(new AcmeProbe(files(context)), new Access(), DeviceControl.NONE);
  }

  @Override
  public List<PciAddress> onBus(HostFs host) {
    AcmeFiles files = new AcmeFiles(host, "/sys/class/acme");
    return files.cards().stream().flatMap(card -> files.pci(card).stream()).toList();
  }

  @Override
  public List<HardwareStatement> examine(VendorContext context) {
    AcmeFiles files = files(context);
    int all = files.cards().size();
    long working = files.cards().stream().filter(files::works).count();
    return all == 0
        ? List.of()
        : List.of(
            new HardwareStatement(
                working == all ? Severity.OK : Severity.WARN,
                working + " of " + all + " Acme cards work",
                working == all ? "" : "replace the card"));
  }

  @Override
  public boolean opensDevices() {
    return false;
  }

  @Override
  public OtherOffers otherOffers() {
    return new OtherOffers(List.of("acme.example/card"), List.of("card.acme.example"));
  }

  @Override
  public ContainerDevices inContainer() {
    return new ContainerDevices(
        "acme-",
        List.of("/dev"),
        Pattern.compile("acme\\d+"),
        DeviceFileNeeds.ONE_EACH,
        Optional.empty());
  }

  private static AcmeFiles files(VendorContext context) {
    return new AcmeFiles(context.host(), "/sys/class/" + context.options().text(CLASS));
  }

  private static final class Access implements AccessPlanner {
    @Override
    public ContainerAccess plan(List<Device> devices, AccessOptions options) {
      return new ContainerAccess(List.of(), Map.of("ACME_CARDS", Integer.toString(devices.size())));
    }

    @Override
    public List<ConfigKind> configKinds() {
      return List.of(new AcmeConfig());
    }
  }

  private record AcmeConfig() implements ConfigKind {
    @Override
    public String group() {
      return "acme.example/v1";
    }

    @Override
    public String kind() {
      return "AcmeConfig";
    }

    @Override
    public boolean takes(Device device) {
      return device.common().vendor().equals(ACME);
    }

    @Override
    public AccessOptions read(ConfigFields fields) {
      return AccessOptions.DEFAULT;
    }
  }
}
