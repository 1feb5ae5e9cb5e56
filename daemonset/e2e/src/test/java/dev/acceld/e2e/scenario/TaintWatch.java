package dev.acceld.e2e.scenario;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.kube.Cluster;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Watches the driver's slices, and knows from when to when each device was tainted. */
final class TaintWatch implements AutoCloseable, ResourceEventHandler<ResourceSlice> {
  private final Map<String, Long> since = new HashMap<>();
  private final List<Span> ended = new ArrayList<>();
  private final SharedIndexInformer<ResourceSlice> informer;
  private int changes;

  /**
   * That long a device had taints, whichever.
   *
   * @param from as {@link System#nanoTime}
   * @param to the same; now, for one that lasts
   */
  record Span(String device, long from, long to) {}

  /** Begins to watch. */
  TaintWatch(Cluster cluster) {
    this.informer = cluster.client().resources(ResourceSlice.class).inform(this);
  }

  @Override
  public void onAdd(ResourceSlice slice) {
    changed(slice);
  }

  @Override
  public void onUpdate(ResourceSlice before, ResourceSlice slice) {
    changed(slice);
  }

  @Override
  public void onDelete(ResourceSlice slice, boolean unknown) {
    // A device that is not on offer is no better than it was.
  }

  private synchronized void changed(ResourceSlice slice) {
    if (!slice.getSpec().getDriver().equals(Acceld.DRIVER)) {
      return;
    }
    long now = System.nanoTime();
    changes++;
    for (Device device : slice.getSpec().getDevices()) {
      boolean tainted = device.getTaints() != null && !device.getTaints().isEmpty();
      if (tainted) {
        since.putIfAbsent(device.getName(), now);
      } else {
        Long from = since.remove(device.getName());
        if (from != null) {
          ended.add(new Span(device.getName(), from, now));
        }
      }
    }
  }

  /** All spans so far, in the order of their ends. */
  synchronized List<Span> spans() {
    List<Span> all = new ArrayList<>(ended);
    long now = System.nanoTime();
    since.forEach((device, from) -> all.add(new Span(device, from, now)));
    return all;
  }

  /** How often a slice was written, by the account of the API server's watch. */
  synchronized int changes() {
    return changes;
  }

  @Override
  public void close() {
    informer.close();
  }
}
