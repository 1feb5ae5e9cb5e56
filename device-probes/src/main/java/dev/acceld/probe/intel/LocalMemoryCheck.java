package dev.acceld.probe.intel;

import dev.acceld.host.DrmNodes;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.intel.drm.DrmQuery;
import dev.acceld.probe.intel.drm.DrmQuery.CardMemory;
import java.util.HashSet;
import java.util.Set;

/**
 * Asks the drivers of GPUs with ids that nobody knows whether these have any memory of their own:
 * an integrated GPU has none, wherever on the bus it is. One thread.
 */
final class LocalMemoryCheck {
  private final HostFs host;
  private final DrmQuery query;

  /** With their drivers: another driver, or another card in the same place, is asked again. */
  private final Set<PciFunction> without = new HashSet<>();

  LocalMemoryCheck(HostFs host, DrmQuery query) {
    this.host = host;
    this.query = query;
  }

  /** Whether its driver says that there is none; false where it does not tell. */
  boolean isWithout(PciFunction gpu) {
    if (without.contains(gpu)) {
      return true;
    }
    boolean none =
        IntelProducts.of(gpu.device()).isEmpty()
            && DrmNodes.of(host, gpu.address())
                .renderFile()
                .filter(file ->
                    query.ask(gpu.driver().orElse(""), file) instanceof CardMemory told
                        && told.total() == 0)
                .isPresent();
    if (none) {
      without.add(gpu);
    }
    return none;
  }
}
