package dev.acceld.agent.doctor;

import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.HardwareStatement;
import java.util.List;
import java.util.stream.Collectors;

/** Whether what is on the PCI bus has its driver. */
final class HardwareCheck implements Check {
  private final Hardware hardware;

  HardwareCheck(Hardware hardware) {
    this.hardware = hardware;
  }

  @Override
  public String name() {
    return "driver";
  }

  @Override
  public List<Finding> look() {
    List<Finding> all =
        VendorModule.all().stream()
            .flatMap(module -> module.examine(hardware.context()).stream())
            .map(this::finding)
            .toList();
    return all.isEmpty() ? List.of(nothing()) : all;
  }

  private Finding nothing() {
    String known =
        VendorModule.all().stream().map(VendorModule::noun).collect(Collectors.joining(", "));
    return Finding.warn(
        name(),
        "the PCI bus shows no accelerator (" + known + ")",
        "run acceld on nodes with accelerators only (chart: nodes), or try it with --machine");
  }

  private Finding finding(HardwareStatement statement) {
    return switch (statement.severity()) {
      case OK -> Finding.ok(name(), statement.text());
      case WARN -> Finding.warn(name(), statement.text(), statement.remedy());
      case FAIL -> Finding.fail(name(), statement.text(), statement.remedy());
    };
  }
}
