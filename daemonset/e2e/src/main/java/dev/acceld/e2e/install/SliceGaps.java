package dev.acceld.e2e.install;

import dev.acceld.e2e.kube.Cluster;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches the driver's slices, and knows the longest time that fewer devices were on offer than
 * should be.
 */
public final class SliceGaps implements AutoCloseable, ResourceEventHandler<ResourceSlice> {
  private static final long NO_GAP = -1;

  private final int whole;
  private final Map<String, Integer> devices = new HashMap<>();
  private final SharedIndexInformer<ResourceSlice> informer;
  private long since = NO_GAP;
  private long longest;

  /** From now on that many devices should be on offer all the time. */
  public SliceGaps(Cluster cluster, int whole) {
    this.whole = whole;
    this.informer = cluster.client().resources(ResourceSlice.class).inform(this);
  }

  @Override
  public void onAdd(ResourceSlice slice) {
    changed(slice.getMetadata().getName(), slice, false);
  }

  @Override
  public void onUpdate(ResourceSlice before, ResourceSlice slice) {
    changed(slice.getMetadata().getName(), slice, false);
  }

  @Override
  public void onDelete(ResourceSlice slice, boolean unknown) {
    changed(slice.getMetadata().getName(), slice, true);
  }

  private synchronized void changed(String name, ResourceSlice slice, boolean gone) {
    if (!slice.getSpec().getDriver().equals(Acceld.DRIVER)) {
      return;
    }
    if (gone) {
      devices.remove(name);
    } else {
      devices.put(name, slice.getSpec().getDevices().size());
    }
    long now = System.nanoTime();
    int there = devices.values().stream().mapToInt(Integer::intValue).sum();
    if (there < whole && since == NO_GAP) {
      since = now;
    } else if (there >= whole && since != NO_GAP) {
      longest = Math.max(longest, now - since);
      since = NO_GAP;
    }
  }

  /** The longest gap so far, one that lasts still included. */
  public synchronized Duration longest() {
    long open = since == NO_GAP ? 0 : System.nanoTime() - since;
    return Duration.ofNanos(Math.max(longest, open));
  }

  @Override
  public void close() {
    informer.close();
  }
}
