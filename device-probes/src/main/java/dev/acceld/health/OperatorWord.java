package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.faultstore.KeptFault;
import dev.acceld.vendor.FaultCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What people say of devices counts where the hardware cannot say it: that a fault is over, or that
 * something is wrong. Under the lock of its owner.
 */
final class OperatorWord {
  private List<Mark> marks = List.of();

  /**
   * What is known when somebody says something.
   *
   * @param healths makes what is not there yet
   */
  record Known(
      Inventory inventory,
      KeptFaults kept,
      Function<Device, DeviceHealth> healths,
      Instant at,
      long nanos) {}

  /** These hold from now on, and no others. */
  void marks(List<Mark> now) {
    marks = List.copyOf(now);
  }

  /** The reasons that people have for that device, one for each word. */
  List<Reason> reasons(Device device) {
    List<Reason> reasons = new ArrayList<>();
    Set<String> words = new TreeSet<>();
    for (Mark mark : marks) {
      if (mark.holdsFor(device) && words.add(mark.reason())) {
        reasons.add(mark.asReason());
      }
    }
    return reasons;
  }

  /**
   * The device was reset or repaired: all its faults are over, and those of its partitions.
   *
   * @param at where the device is, for one that is not in the inventory
   * @return the faults that this ended
   */
  static Set<FaultCode> repaired(DeviceName name, Optional<PciAddress> at, Known known) {
    Optional<Device> device = known.inventory().find(name);
    Set<FaultCode> over = new TreeSet<>();
    for (KeptFault fault : known.kept().of(device, at, known.inventory())) {
      known.kept().end(fault, known.at(), "the device was taken back as reset or repaired");
      fault.code().ifPresent(over::add);
    }
    for (Device each : known.inventory().devices()) {
      if (device.isPresent() && each.common().sharesPartWith(device.get().common())) {
        DeviceHealth health = known.healths().apply(each);
        over.addAll(health.faults().keySet());
        health.repaired(known.nanos());
      }
    }
    return over;
  }

  /**
   * This one fault of the device is over, and with it that of all that share the hardware.
   *
   * @return whether it lasted
   */
  static boolean cleared(Device device, FaultCode code, String evidence, Known known) {
    boolean lasted = false;
    for (KeptFault fault :
        known.kept().of(Optional.of(device), Optional.empty(), known.inventory())) {
      if (fault.condition().equals(code.id())) {
        known.kept().end(fault, known.at(), evidence);
        lasted = true;
      }
    }
    for (Device each : known.inventory().devices()) {
      if (!each.group() && each.common().sharesPartWith(device.common())) {
        DeviceHealth health = known.healths().apply(each);
        lasted |= health.lasting(code).isPresent();
        health.endFault(code, known.nanos());
      }
    }
    return lasted;
  }
}
