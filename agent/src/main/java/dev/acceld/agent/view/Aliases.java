package dev.acceld.agent.view;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.Vendor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Short names of whole devices, for people: {@code gpu-3} by the index of NVIDIA's driver (as
 * nvidia-smi counts), {@code amd-3} by the order of the PCI functions among the GPUs of another
 * vendor, {@code tpu-0} by the order of the PCI slots. Parts of devices have none, and neither has
 * a GPU whose index is not known.
 */
public final class Aliases {
  private Aliases() {}

  /** By published name. A device whose published name is another's alias keeps it to itself. */
  public static Map<DeviceName, String> of(List<Device> devices) {
    Map<DeviceName, String> aliases = new HashMap<>();
    int chips = 0;
    for (Device device : devices) {
      switch (device) {
        case Gpu gpu -> {
          if (gpu.index().isPresent()) {
            aliases.put(gpu.name(), prefix(gpu.common().vendor()) + gpu.index().getAsInt());
          }
        }
        case TpuChip chip -> aliases.put(chip.name(), "tpu-" + chips++);
        case MigDevice mig -> {}
        case TpuShape shape -> {}
      }
    }
    List<String> names = devices.stream().map(d -> d.name().value()).toList();
    aliases.values().removeIf(names::contains);
    return aliases;
  }

  /** A node may have GPUs of several vendors, each of which counts from 0. */
  private static String prefix(Vendor vendor) {
    return (vendor.equals(Vendor.NVIDIA) ? "gpu" : vendor.id()) + "-";
  }
}
