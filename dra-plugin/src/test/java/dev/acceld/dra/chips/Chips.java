package dev.acceld.dra.chips;

import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Kind;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Devices of which only the name matters. */
public final class Chips {
  private Chips() {}

  /** One that shares no part with any other. */
  public static TpuChip named(String name) {
    return new TpuChip(
        new DeviceCommon(
            new DeviceName(name),
            "tpu-chip",
            Vendor.GOOGLE,
            Kind.TPU,
            name,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "v6e",
        0,
        OptionalLong.empty(),
        1);
  }
}
