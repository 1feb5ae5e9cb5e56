package dev.acceld.dra.claim.hardware;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.DeviceUser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Another control whose calls come back in time, whatever the driver does; by physical part. */
public final class BoundedControl implements DeviceControl {
  private final DeviceControl control;
  private final DeviceThreads threads;
  private final Map<String, String> partOf = new ConcurrentHashMap<>();

  /** Over that control, whose calls run on those threads. */
  public BoundedControl(DeviceControl control, DeviceThreads threads) {
    this.control = control;
    this.threads = threads;
  }

  @Override
  public Optional<String> partitionId(Device device) {
    Optional<String> partitionId = control.partitionId(device);
    partitionId.ifPresent(r -> partOf.put(r, device.common().physicalNames()));
    return partitionId;
  }

  /**
   * What a record says of a partition ID whose device may not have been offered since the start.
   */
  void known(RecordedDevice device) {
    device
        .partitionId()
        .ifPresent(
            partitionId -> partOf.putIfAbsent(partitionId, String.join(",", device.physical())));
  }

  @Override
  public Optional<String> place(Device device) {
    return control.place(device);
  }

  @Override
  public void check(Device device, Set<String> held) throws ControlFailedException {
    threads.call(
        device.common().physicalNames(),
        "checking " + device.name(),
        () -> {
          control.check(device, held);
          return device;
        });
  }

  @Override
  public Device make(Device device, AccessOptions options, Set<String> held)
      throws ControlFailedException {
    return threads.call(
        device.common().physicalNames(),
        "creating " + device.name(),
        () -> control.make(device, options, held));
  }

  @Override
  public boolean understands(String partitionId) {
    return control.understands(partitionId);
  }

  @Override
  public Made isMade(String partitionId) {
    try {
      return threads.call(
          part(partitionId), "searching for " + partitionId, () -> control.isMade(partitionId));
    } catch (ControlFailedException e) {
      return Made.UNKNOWN;
    }
  }

  @Override
  public boolean unmake(String partitionId) throws ControlFailedException {
    return threads.call(
        part(partitionId), "deleting " + partitionId, () -> control.unmake(partitionId));
  }

  @Override
  public List<String> tidy(Device device, Set<String> held) {
    String part = device.common().physicalNames();
    try {
      return threads.call(part, "cleaning up " + part, () -> control.tidy(device, held));
    } catch (ControlFailedException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean tellsUsers(Device device) {
    return control.tellsUsers(device);
  }

  /**
   * Nobody seems to use them where the look does not come back: what is not known is no reason. The
   * look is at processes and touches no part, so it does not count as a call of the part.
   */
  @Override
  public Map<DeviceName, List<DeviceUser>> users(List<Device> devices) {
    List<Device> told = devices.stream().filter(control::tellsUsers).toList();
    if (told.isEmpty()) {
      return Map.of();
    }
    String part = told.getFirst().common().physicalNames();
    try {
      return threads.call(
          "users of " + part,
          "searching for processes that use " + part,
          () -> control.users(told));
    } catch (ControlFailedException e) {
      return Map.of();
    }
  }

  /** A partition ID of which no device is known any more counts as a part of its own. */
  private String part(String partitionId) {
    return partOf.getOrDefault(partitionId, partitionId);
  }
}
