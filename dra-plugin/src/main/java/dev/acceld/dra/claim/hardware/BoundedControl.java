package dev.acceld.dra.claim.hardware;

import dev.acceld.device.Device;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
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
  public Optional<String> recipe(Device device) {
    Optional<String> recipe = control.recipe(device);
    recipe.ifPresent(r -> partOf.put(r, device.common().physicalNames()));
    return recipe;
  }

  /** What a record says of a recipe whose device may not have been offered since the start. */
  void known(RecordedDevice device) {
    device
        .recipe()
        .ifPresent(recipe -> partOf.putIfAbsent(recipe, String.join(",", device.physical())));
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
  public Device make(Device device, Set<String> held) throws ControlFailedException {
    return threads.call(
        device.common().physicalNames(),
        "creating " + device.name(),
        () -> control.make(device, held));
  }

  @Override
  public boolean understands(String recipe) {
    return control.understands(recipe);
  }

  @Override
  public Made isMade(String recipe) {
    try {
      return threads.call(part(recipe), "searching for " + recipe, () -> control.isMade(recipe));
    } catch (ControlFailedException e) {
      return Made.UNKNOWN;
    }
  }

  @Override
  public boolean unmake(String recipe) throws ControlFailedException {
    return threads.call(part(recipe), "deleting " + recipe, () -> control.unmake(recipe));
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

  /** A recipe of which no device is known any more counts as a part of its own. */
  private String part(String recipe) {
    return partOf.getOrDefault(recipe, recipe);
  }
}
