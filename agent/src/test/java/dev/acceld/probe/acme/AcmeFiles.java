package dev.acceld.probe.acme;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.util.List;
import java.util.Optional;

/** Acme's cards in sysfs: a directory each below {@code /sys/class/acme}. */
record AcmeFiles(HostFs host, String directory) {

  List<String> cards() {
    return host.names(directory);
  }

  String serial(String card) {
    return host.text(directory + "/" + card + "/serial").orElse("");
  }

  Optional<PciAddress> pci(String card) {
    return host.text(directory + "/" + card + "/pci").flatMap(PciAddress::parse);
  }

  Optional<Double> celsius(String card) {
    return host.text(directory + "/" + card + "/temperature").map(Double::valueOf);
  }

  boolean works(String card) {
    return host.text(directory + "/" + card + "/state").equals(Optional.of("ok"));
  }
}
