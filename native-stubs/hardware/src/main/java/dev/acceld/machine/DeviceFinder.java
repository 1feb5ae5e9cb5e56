package dev.acceld.machine;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.SimulatedDevice;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import java.util.List;

/** Finds the devices of a simulated machine by what a user calls them. */
record DeviceFinder(String machine, Hardware hardware) {

  /** An NVIDIA GPU; the error for another device says what it cannot do. */
  Hardware.Gpu gpu(String device, String what) {
    SimulatedDevice found = find(device);
    if (found.kind() != Kind.GPU) {
      throw new MachineException(
          found.name()
              + " is "
              + found.kind().words()
              + " and cannot "
              + what
              + "; it can be lost and restored,"
              + " and 'aer' and 'link' change its PCIe link");
    }
    return hardware.gpus().get(found.position());
  }

  /** An AMD or Intel GPU; the error for another device says so. */
  Hardware.Drm drm(String device) {
    SimulatedDevice found = find(device);
    return hardware
        .drm(found)
        .orElseThrow(() ->
            new MachineException(
                found.name()
                    + " is "
                    + found.kind().words()
                    + "; this command is for AMD and Intel GPUs"));
  }

  SimulatedDevice find(String device) {
    List<SimulatedDevice> all = hardware.devices();
    return all.stream()
        .filter(d -> d.is(device))
        .findFirst()
        .orElseThrow(() -> Mistakes.noDevice(machine, device, all));
  }
}
