package dev.acceld.dra.claim.prepare;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.dra.config.ConfigDecoder;
import dev.acceld.dra.config.DeviceConfig;
import dev.acceld.vendor.InvalidConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The opaque configuration of a claim that is meant for this driver, in the order of the API:
 * classes first, then the claim. A later entry wins where it says something, so that a class sets
 * defaults and a claim overrides them one by one.
 */
final class ResolvedConfig {

  private record Entry(OpaqueConfig opaque, DeviceConfig config) {}

  private final List<Entry> entries;

  private ResolvedConfig(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * Reads every entry of this driver that applies to one of its results; the others may name
   * requests that were not chosen.
   *
   * @throws ClaimRefusedException naming the entry and what is wrong in it
   */
  static ResolvedConfig read(
      ConfigDecoder decoder, String driver, List<OpaqueConfig> config, List<Result> own)
      throws ClaimRefusedException {
    List<Entry> entries = new ArrayList<>();
    for (OpaqueConfig entry : config) {
      if (entry.driver().equals(driver) && own.stream().anyMatch(r -> applies(entry, r))) {
        try {
          entries.add(new Entry(entry, decoder.decode(entry.parametersJson())));
        } catch (InvalidConfigException e) {
          throw new ClaimRefusedException(describe(entry) + " is wrong at " + e.getMessage(), e);
        }
      }
    }
    return new ResolvedConfig(entries);
  }

  /**
   * What applies to each request, by its main name; a request of which nothing is said is left out.
   *
   * @throws ClaimRefusedException when a request is named for which a kind of configuration is not
   *     meant
   */
  Map<String, AccessOptions> options(List<AllocatedDevice> devices) throws ClaimRefusedException {
    Map<String, AccessOptions> options = new LinkedHashMap<>();
    for (Entry entry : entries) {
      for (AllocatedDevice a : devices) {
        if (!applies(entry.opaque, a.result())) {
          continue;
        }
        if (entry.config.takes(a.device())) {
          options.merge(
              a.result().mainRequest(),
              entry.config.options(),
              (earlier, later) -> later.orElse(earlier));
        } else if (!entry.opaque.requests().isEmpty()) {
          throw new ClaimRefusedException(unfit(entry, a.result(), a.device()));
        }
      }
    }
    options.values().removeIf(AccessOptions.DEFAULT::equals);
    return options;
  }

  private static String unfit(Entry entry, Result result, Device device) {
    return describe(entry.opaque)
        + " is a "
        + entry.config.kind().kind()
        + ", which is not for device "
        + device.name()
        + " of request "
        + result.request()
        + " (type "
        + device.type()
        + "); name other requests in it, or take it away";
  }

  /** Whether an entry is meant for a result: named by {@code main/sub}, by {@code main}, or all. */
  private static boolean applies(OpaqueConfig entry, Result result) {
    return entry.requests().isEmpty()
        || entry.requests().contains(result.request())
        || entry.requests().contains(result.mainRequest());
  }

  private static String describe(OpaqueConfig entry) {
    return "the opaque configuration"
        + (entry.fromClass() ? " of the DeviceClass" : " of the claim")
        + (entry.requests().isEmpty() ? "" : " for " + String.join(", ", entry.requests()));
  }
}
