package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi.SliceList;
import dev.acceld.dra.cluster.ResourceSlice;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the API server holds, as far as lists, watch events and the answers to our own writes tell.
 * Events come late, so nothing newer is ever overwritten by them. One thread.
 */
final class SliceStore {
  private static final int REMEMBERED = 64;

  private final Map<String, ResourceSlice> byName = new LinkedHashMap<>();
  private final Deque<String> deletedUids = new ArrayDeque<>();
  private long listedAt;

  void listed(SliceList list) {
    byName.clear();
    list.slices().forEach(s -> byName.put(s.name(), s));
    listedAt = version(list.resourceVersion());
  }

  /** The answer to a write of ours. */
  void wrote(ResourceSlice slice) {
    byName.put(slice.name(), slice);
  }

  /** We have deleted it. */
  void removed(ResourceSlice slice) {
    byName.remove(slice.name());
    remember(slice.uid());
  }

  /** An event; true when it was news. */
  boolean changed(ResourceSlice slice) {
    ResourceSlice known = byName.get(slice.name());
    long version = version(slice.resourceVersion());
    boolean old =
        known != null && known.uid().equals(slice.uid())
            ? version <= version(known.resourceVersion())
            : version <= listedAt || deletedUids.contains(slice.uid());
    if (old) {
      return false;
    }
    byName.put(slice.name(), slice);
    return true;
  }

  /** An event; true when it was news. */
  boolean deleted(ResourceSlice slice) {
    remember(slice.uid());
    ResourceSlice known = byName.get(slice.name());
    if (known == null || !known.uid().equals(slice.uid())) {
      return false;
    }
    byName.remove(slice.name());
    return true;
  }

  Collection<ResourceSlice> all() {
    return byName.values();
  }

  private void remember(String uid) {
    deletedUids.addLast(uid);
    if (deletedUids.size() > REMEMBERED) {
      deletedUids.removeFirst();
    }
  }

  /** Versions of one resource may be compared as numbers (KEP-5504). */
  private static long version(String text) {
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
