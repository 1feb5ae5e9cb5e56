package dev.acceld.dra.claim.prepare;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The devices of prepared claims as they are today. */
public final class DevicesToday {
  private final String driver;
  private final Supplier<Inventory> inventory;

  /** Of the devices that the supplier has when it is asked. */
  public DevicesToday(String driver, Supplier<Inventory> inventory) {
    this.driver = driver;
    this.inventory = inventory;
  }

  /** The devices of a record; empty when one of them is not there. */
  Optional<List<AllocatedDevice>> of(ClaimRecord record) {
    Inventory now = inventory.get();
    List<AllocatedDevice> devices = new ArrayList<>(record.devices().size());
    for (RecordedDevice recorded : record.devices()) {
      if (recorded.partitionId().isPresent()) {
        return Optional.empty(); // what was made for the claim went with the driver
      }
      PreparedDevice prepared = recorded.prepared();
      Optional<Device> device =
          now.devices().stream()
              .filter(d -> d.name().value().equals(prepared.device()))
              .filter(d -> !now.missing().contains(d.name()))
              .findFirst();
      if (device.isEmpty()) {
        return Optional.empty();
      }
      devices.add(
          new AllocatedDevice(
              new Result(
                  prepared.request(),
                  driver,
                  prepared.pool(),
                  prepared.device(),
                  prepared.adminAccess(),
                  prepared.shareId()),
              device.get()));
    }
    return Optional.of(devices);
  }
}
