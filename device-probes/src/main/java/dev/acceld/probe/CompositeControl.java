package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.Vendor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Has each vendor's control make and unmake that vendor's own devices. Safe for all threads. */
public final class CompositeControl implements DeviceControl {
  private final Map<Vendor, DeviceControl> controls;

  /** With a control for each vendor whose devices are made. */
  public CompositeControl(Map<Vendor, DeviceControl> controls) {
    this.controls = Map.copyOf(controls);
  }

  @Override
  public Optional<String> recipe(Device device) {
    return of(device).recipe(device);
  }

  @Override
  public Optional<String> place(Device device) {
    return of(device).place(device);
  }

  @Override
  public void check(Device device, Set<String> held) throws ControlFailedException {
    of(device).check(device, held);
  }

  @Override
  public Device make(Device device, Set<String> held) throws ControlFailedException {
    return of(device).make(device, held);
  }

  @Override
  public boolean understands(String recipe) {
    return controls.values().stream().anyMatch(control -> control.understands(recipe));
  }

  @Override
  public Made isMade(String recipe) {
    return of(recipe).isMade(recipe);
  }

  @Override
  public boolean unmake(String recipe) throws ControlFailedException {
    return of(recipe).unmake(recipe);
  }

  @Override
  public List<String> tidy(Device device, Set<String> held) {
    return of(device).tidy(device, held);
  }

  private DeviceControl of(Device device) {
    return controls.getOrDefault(device.common().vendor(), NONE);
  }

  private DeviceControl of(String recipe) {
    return controls.values().stream()
        .filter(control -> control.understands(recipe))
        .findFirst()
        .orElse(NONE);
  }
}
