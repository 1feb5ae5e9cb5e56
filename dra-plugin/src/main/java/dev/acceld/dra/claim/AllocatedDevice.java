package dev.acceld.dra.claim;

import dev.acceld.device.Device;
import dev.acceld.dra.cluster.ResourceClaim.Result;

/**
 * A result of an allocation, and the device that it means.
 *
 * @param result as allocated
 * @param device as it is in the inventory
 */
record AllocatedDevice(Result result, Device device) {
  String physical() {
    return device.common().physical();
  }
}
