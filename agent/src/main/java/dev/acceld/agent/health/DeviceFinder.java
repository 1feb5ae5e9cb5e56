package dev.acceld.agent.health;

import dev.acceld.agent.view.Aliases;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.machine.description.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds a device by any name that a person knows. */
final class DeviceFinder {
  private DeviceFinder() {}

  /**
   * By published name, alias ({@code gpu-3}), UUID or PCI address; a PCI address is that of the
   * whole device.
   *
   * @throws IllegalArgumentException naming what there is when there is no such device
   */
  static Device find(Inventory inventory, String wanted) {
    Map<DeviceName, String> aliases = Aliases.of(inventory.devices());
    List<String> known = new ArrayList<>();
    Optional<Device> found = Optional.empty();
    for (Device device : inventory.devices()) {
      String alias = aliases.get(device.name());
      known.add(alias == null ? device.name().value() : alias);
      if (wanted.equalsIgnoreCase(device.name().value()) || wanted.equalsIgnoreCase(alias)) {
        return device;
      }
      if (found.isEmpty() && isKnownAs(device, wanted)) {
        found = Optional.of(device);
      }
    }
    return found.orElseThrow(() ->
        new IllegalArgumentException(
            "there is no device '"
                + wanted
                + "' on this node"
                + Suggestions.to(wanted, known)
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse("; 'acceld devices' lists them")));
  }

  private static boolean isKnownAs(Device device, String wanted) {
    boolean whole = device.common().physical().contains(device.name().value());
    return device.common().uuid().filter(wanted::equalsIgnoreCase).isPresent()
        || (device instanceof Gpu gpu && gpu.uuid().equalsIgnoreCase(wanted))
        || (whole
            && device
                .common()
                .pci()
                .filter(p -> p.toString().equalsIgnoreCase(wanted))
                .isPresent());
  }
}
