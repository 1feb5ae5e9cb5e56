package dev.acceld.probe.nvidia.signals;

import dev.acceld.device.DeviceName;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * XIDs of groups of operational events: several events of one group may name the same. A driver
 * that was loaded anew counts its groups afresh, so they are known for a time only.
 */
final class KnownGroups {
  /** The events of a group come within moments. */
  static final Duration KEPT = Duration.ofMinutes(5);

  private static final int MOST = 1024;

  private final Map<GroupXid, Instant> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<GroupXid, Instant> eldest) {
          return size() > MOST;
        }
      };

  private record GroupXid(DeviceName gpu, long group, long xid) {}

  /** True when the group has not named that XID lately; from then on it has. */
  boolean add(DeviceName gpu, long group, long xid, Instant at) {
    GroupXid one = new GroupXid(gpu, group, xid);
    Instant before = known.get(one);
    boolean lately = before != null && Duration.between(before, at).abs().compareTo(KEPT) < 0;
    if (!lately) {
      known.remove(one); // to the end of the order
      known.put(one, at);
    }
    return !lately;
  }

  /** No group is known. */
  void clear() {
    known.clear();
  }
}
