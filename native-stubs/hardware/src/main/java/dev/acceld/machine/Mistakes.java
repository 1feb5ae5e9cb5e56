package dev.acceld.machine;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.SimulatedDevice;
import java.util.List;
import java.util.stream.Collectors;

/** What a person may have got wrong about a simulated machine, and what is right. */
final class Mistakes {
  private Mistakes() {}

  static MachineException noDriver(String machine) {
    return new MachineException(
        "machine " + machine + " has no NVIDIA driver; this command needs a machine with GPUs");
  }

  static MachineException noDevice(String machine, String device, List<SimulatedDevice> all) {
    return new MachineException(
        "machine "
            + machine
            + " has no device '"
            + device
            + "'; it has "
            + (all.isEmpty()
                ? "none"
                : all.stream().map(SimulatedDevice::name).collect(Collectors.joining(", "))));
  }

  static MachineException noProcess(int pid) {
    return new MachineException("no process " + pid + " runs on this machine; name one that does");
  }

  /** An answer of NVML; 0 takes it back. */
  static void checkCode(int code) {
    if (code < 0 || code > 999) {
      throw new MachineException(code + " is not an NVML code; use 1 to 999, or 0 to clear it");
    }
  }
}
