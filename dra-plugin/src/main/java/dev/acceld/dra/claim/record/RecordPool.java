package dev.acceld.dra.claim.record;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Makes records small before they are kept in memory: without the text of the CDI file, which is on
 * the disk, and with one copy of what many records have alike, above all the attributes of a
 * device. Not thread-safe.
 */
final class RecordPool {
  private final Map<Object, WeakReference<Object>> shared = new WeakHashMap<>();

  /** The same record, except that its CDI file's text is left out. */
  ClaimRecord small(ClaimRecord record) {
    List<RecordedDevice> devices = new ArrayList<>(record.devices().size());
    for (RecordedDevice device : record.devices()) {
      devices.add(device.sharing(this));
    }
    return record.keeping(one(record.bootId()), devices, record.cdi().withoutText());
  }

  /** An equal value, the same for all who ask. */
  @SuppressWarnings("unchecked") // of the types that are pooled, what is equal to a T is a T
  <T> T one(T value) {
    WeakReference<Object> known = shared.get(value);
    Object same = known == null ? null : known.get();
    if (same == null) {
      shared.put(value, new WeakReference<>(value));
      return value;
    }
    return (T) same;
  }
}
