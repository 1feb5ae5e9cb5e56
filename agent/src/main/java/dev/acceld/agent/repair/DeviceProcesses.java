package dev.acceld.agent.repair;

import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.device.Device;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.Holder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The processes that use a device: those that the driver lists, and those that have it open. */
final class DeviceProcesses {
  private final NodeDevices devices;

  DeviceProcesses(NodeDevices devices) {
    this.devices = devices;
  }

  /** Those that the driver listed with the last sample; none once the agent has let go of it. */
  List<Holder> listed(Device device) {
    Map<Integer, Holder> all = new TreeMap<>();
    for (Device part : devices.supervisor().inventory().devices()) {
      if (!part.group() && part.common().sharesPartWith(device.common())) {
        devices.supervisor().readings().processesOf(part.name()).orElse(List.of()).stream()
            .map(DeviceProcess::pid)
            .forEach(pid -> all.put(pid, devices.holder(pid)));
      }
    }
    return List.copyOf(all.values());
  }

  /** Those that have its files open; empty where the host's processes cannot be seen. */
  Optional<List<Holder>> open(Device device, DeviceReset reset) {
    return reset.holders(device).or(() -> devices.openHolders(device));
  }
}
