package dev.acceld.agent.doctor;

import dev.acceld.agent.kubernetes.DevicePluginConflicts;
import dev.acceld.dra.kubelet.PodResourcesClient;
import dev.acceld.probe.VendorModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a device plugin offers the same devices. */
final class DevicePluginCheck implements Check {
  private final PodResourcesClient kubelet;
  private final Hardware hardware;

  DevicePluginCheck(PodResourcesClient kubelet, Hardware hardware) {
    this.kubelet = kubelet;
    this.hardware = hardware;
  }

  @Override
  public String name() {
    return "device plugins";
  }

  @Override
  public List<Finding> look() {
    Optional<Map<String, Integer>> plugins;
    try {
      plugins = kubelet.devicePlugins();
    } catch (IOException e) {
      return List.of(Finding.skipped(name(), String.valueOf(e.getMessage())));
    }
    if (plugins.isEmpty()) {
      return List.of(Finding.skipped(name(), "this kubelet does not report them"));
    }
    Map<String, Integer> rivals =
        DevicePluginConflicts.among(
            plugins.get(),
            hardware.present().stream().map(VendorModule::vendor).collect(Collectors.toSet()));
    return List.of(
        rivals.isEmpty()
            ? Finding.ok(name(), "none offers the devices of this node")
            : Finding.fail(
                name(), DevicePluginConflicts.what(rivals), DevicePluginConflicts.REMEDY));
  }
}
