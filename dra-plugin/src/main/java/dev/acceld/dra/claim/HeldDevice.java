package dev.acceld.dra.claim;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.dra.cluster.ClaimRef;
import java.util.Map;

/**
 * A device that a claim holds on this node, with what was published of it, so that it can stay on
 * offer even when it has vanished and the process was restarted since.
 *
 * @param device the device's published name
 * @param attributes as published when the claim was prepared
 * @param capacities as published when the claim was prepared
 * @param hold what nobody else can have meanwhile
 * @param holder the claim
 */
public record HeldDevice(
    String device,
    Map<String, AttributeValue> attributes,
    Map<String, Capacity> capacities,
    Hold hold,
    ClaimRef holder) {

  /** Takes copies. */
  public HeldDevice {
    attributes = Map.copyOf(attributes);
    capacities = Map.copyOf(capacities);
  }
}
