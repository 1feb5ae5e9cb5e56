package dev.acceld.dra.slice;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import java.util.List;
import java.util.Map;

/**
 * Composes anew whenever one of the three inputs has changed, or when it turns out that the cluster
 * does not keep taints or counters, and hands the result to the publisher. Any thread.
 */
public final class SliceFeed {
  private final SliceComposer composer;
  private final SlicePublisher publisher;
  private Inventory inventory = Inventory.EMPTY;
  private Map<DeviceName, HealthReport> health = Map.of();
  private List<HeldDevice> held = List.of();
  private boolean known;
  private DriverResources offer = DriverResources.NOTHING;

  /** From the composer to the publisher. */
  public SliceFeed(SliceComposer composer, SlicePublisher publisher) {
    this.composer = composer;
    this.publisher = publisher;
    publisher.onQuirksChange(this::recompose);
  }

  /** All three inputs as they are now. */
  public synchronized void update(
      Inventory newInventory, Map<DeviceName, HealthReport> newHealth, List<HeldDevice> newHeld) {
    inventory = newInventory;
    health = Map.copyOf(newHealth);
    held = List.copyOf(newHeld);
    known = true;
    recompose();
  }

  private synchronized void recompose() {
    if (known) {
      offer =
          composer.compose(
              inventory, health, held, publisher.taintsKept(), publisher.countersKept());
      publisher.desired(offer);
    }
  }

  /** What is on offer now, as composed last. */
  public synchronized List<SliceDevice> offer() {
    return offer.devices();
  }
}
