package dev.acceld.agent.cli.simulate;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.SimulatedDevice;
import java.util.List;
import java.util.Locale;

/**
 * The two names of a simulated device: the machine's ({@code gpu-0}, its position) and the one
 * under which an agent publishes it ({@code gpu-} and the first group of the UUID's digits, {@code
 * tpu-} and the PCI slot, {@code amd-} or {@code intel-} and the PCI address). NVIDIA GPUs that
 * share the first group are told apart by further groups.
 */
record SimulatedNames(List<SimulatedDevice> devices) {
  private static final int GROUPS = 5;

  /** Takes a copy. */
  SimulatedNames {
    devices = List.copyOf(devices);
  }

  /** The name in slices, commands and metrics. */
  String published(SimulatedDevice device) {
    String pci = device.pci().getFirst().replace(':', '-');
    return switch (device.kind()) {
      case TPU -> "tpu-" + pci.substring(0, pci.lastIndexOf('.'));
      case AMD -> "amd-" + pci.replace('.', '-');
      case INTEL -> "intel-" + pci.replace('.', '-');
      case GPU -> byUuid(device);
    };
  }

  private String byUuid(SimulatedDevice device) {
    for (int groups = 1; groups < GROUPS; groups++) {
      String name = name(device, groups);
      int n = groups;
      if (devices.stream().filter(d -> name(d, n).equals(name)).count() == 1) {
        return name;
      }
    }
    return name(device, GROUPS);
  }

  /**
   * The device that is meant.
   *
   * @param word a position, a published name, a UUID or a PCI address
   * @throws MachineException with the names that there are
   */
  SimulatedDevice find(String word) {
    return devices.stream()
        .filter(d -> d.is(word) || published(d).equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() ->
            new MachineException(
                "this machine has no device '"
                    + word
                    + "'; it has "
                    + (devices.isEmpty()
                        ? "none"
                        : String.join(
                            ", ", devices.stream().map(d -> both(d.name(), d)).toList()))));
  }

  /** What the user wrote, and the other name in parentheses. */
  String both(String word, SimulatedDevice device) {
    String published = published(device);
    return word + " (" + (word.equalsIgnoreCase(published) ? device.name() : published) + ")";
  }

  private static String name(SimulatedDevice device, int groups) {
    String[] parts = device.uuid().toLowerCase(Locale.ROOT).split("-", -1);
    return String.join("-", List.of(parts).subList(0, Math.min(groups + 1, parts.length)));
  }
}
