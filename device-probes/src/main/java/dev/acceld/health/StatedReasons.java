package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport.Reason;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** What the agent says of devices, as it was looked at last. Not safe for threads. */
final class StatedReasons {
  private final Supplier<List<StatedReason>> source;
  private List<StatedReason> last = List.of();

  StatedReasons(Supplier<List<StatedReason>> source) {
    this.source = source;
  }

  /** True when it is not what it was. */
  boolean look() {
    List<StatedReason> now = source.get();
    boolean changed = !now.equals(last);
    last = now;
    return changed;
  }

  List<Reason> of(Device device) {
    return last.stream()
        .filter(each -> !Collections.disjoint(each.physical(), device.common().physical()))
        .map(StatedReason::reason)
        .toList();
  }
}
