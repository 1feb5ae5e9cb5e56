package dev.acceld.vendor;

import java.util.List;

/**
 * Under which names others offer a vendor's devices, so that two offers of one device are noticed.
 *
 * @param devicePlugins how the extended resources of device plugins begin, {@code nvidia.com/gpu}
 * @param draDrivers names of the vendor's own DRA drivers
 */
public record OtherOffers(List<String> devicePlugins, List<String> draDrivers) {
  /** Nobody else offers them. */
  public static final OtherOffers NONE = new OtherOffers(List.of(), List.of());

  /** Takes copies. */
  public OtherOffers {
    devicePlugins = List.copyOf(devicePlugins);
    draDrivers = List.copyOf(draDrivers);
  }
}
