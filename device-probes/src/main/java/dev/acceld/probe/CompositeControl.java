package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.reset.DeviceReset;
import dev.acceld.selftest.DeviceSelfTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Has each vendor's control make and unmake that vendor's own devices. Safe for all threads. */
public final class CompositeControl implements DeviceControl {
  private final Map<Vendor, DeviceControl> controls;
  private final Map<Vendor, DeviceReset> resets;
  private final Map<Vendor, DeviceSelfTest> tests;

  /** With a control for each vendor whose devices are made. */
  public CompositeControl(Map<Vendor, DeviceControl> controls) {
    this(controls, Map.of(), Map.of());
  }

  /** The same, with the ways in which devices are reset and tested. */
  public CompositeControl(
      Map<Vendor, DeviceControl> controls,
      Map<Vendor, DeviceReset> resets,
      Map<Vendor, DeviceSelfTest> tests) {
    this.controls = Map.copyOf(controls);
    this.resets = Map.copyOf(resets);
    this.tests = Map.copyOf(tests);
  }

  @Override
  public Optional<String> partitionId(Device device) {
    return of(device).partitionId(device);
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
  public Device make(Device device, AccessOptions options, Set<String> held)
      throws ControlFailedException {
    return of(device).make(device, options, held);
  }

  @Override
  public boolean understands(String partitionId) {
    return controls.values().stream().anyMatch(control -> control.understands(partitionId));
  }

  @Override
  public Made isMade(String partitionId) {
    return of(partitionId).isMade(partitionId);
  }

  @Override
  public boolean unmake(String partitionId) throws ControlFailedException {
    return of(partitionId).unmake(partitionId);
  }

  @Override
  public List<String> tidy(Device device, Set<String> held) {
    return of(device).tidy(device, held);
  }

  @Override
  public boolean tellsUsers(Device device) {
    return of(device).tellsUsers(device);
  }

  @Override
  public Map<DeviceName, List<DeviceUser>> users(List<Device> devices) {
    Map<DeviceName, List<DeviceUser>> all = new HashMap<>();
    devices.stream()
        .collect(Collectors.groupingBy(this::of))
        .forEach((control, own) -> all.putAll(control.users(own)));
    return all;
  }

  @Override
  public Optional<DeviceReset> reset(Device device) {
    return Optional.ofNullable(resets.get(device.common().vendor()))
        .filter(reset -> reset.canReset(device));
  }

  @Override
  public Optional<DeviceSelfTest> selfTest(Device device) {
    return Optional.ofNullable(tests.get(device.common().vendor()))
        .filter(test -> test.canTest(device));
  }

  private DeviceControl of(Device device) {
    return controls.getOrDefault(device.common().vendor(), NONE);
  }

  private DeviceControl of(String partitionId) {
    return controls.values().stream()
        .filter(control -> control.understands(partitionId))
        .findFirst()
        .orElse(NONE);
  }
}
