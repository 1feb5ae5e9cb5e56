package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.ContainerHook;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.device.access.HostMount;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.LogPlace;
import dev.acceld.vendor.PodFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks each vendor's planner about its own devices and joins the answers. A vendor without a
 * planner needs nothing but its devices' own files.
 */
public final class CompositeAccess implements AccessPlanner {
  private final Map<Vendor, AccessPlanner> planners;

  /** With a planner for each vendor that has one. */
  public CompositeAccess(Map<Vendor, AccessPlanner> planners) {
    this.planners = Collections.unmodifiableMap(new LinkedHashMap<>(planners));
  }

  @Override
  public ContainerAccess plan(List<Device> devices, AccessOptions options)
      throws AccessRefusedException {
    Map<Vendor, List<Device>> byVendor = byVendor(devices);
    if (byVendor.size() == 1) { // the usual case
      AccessPlanner planner = planners.get(byVendor.keySet().iterator().next());
      return planner == null ? ContainerAccess.NONE : eachFileOnce(planner.plan(devices, options));
    }
    Set<DeviceFile> files = new LinkedHashSet<>();
    Map<String, String> env = new LinkedHashMap<>();
    List<HostMount> mounts = new ArrayList<>();
    List<ContainerHook> hooks = new ArrayList<>();
    for (Map.Entry<Vendor, List<Device>> own : byVendor.entrySet()) {
      AccessPlanner planner = planners.get(own.getKey());
      if (planner != null) {
        ContainerAccess access = planner.plan(own.getValue(), options);
        files.addAll(access.files());
        env.putAll(access.env());
        mounts.addAll(access.mounts());
        hooks.addAll(access.hooks());
      }
    }
    return new ContainerAccess(List.copyOf(files), env, mounts, hooks);
  }

  @Override
  public void checkTogether(List<Device> devices) throws AccessRefusedException {
    for (Map.Entry<Vendor, List<Device>> own : byVendor(devices).entrySet()) {
      AccessPlanner planner = planners.get(own.getKey());
      if (planner != null) {
        planner.checkTogether(own.getValue());
      }
    }
  }

  @Override
  public AccessOptions complete(List<Device> devices, AccessOptions options, PodFacts pod)
      throws AccessRefusedException {
    AccessOptions complete = options;
    for (Map.Entry<Vendor, List<Device>> own : byVendor(devices).entrySet()) {
      AccessPlanner planner = planners.get(own.getKey());
      if (planner != null) {
        complete = planner.complete(own.getValue(), complete, pod);
      }
    }
    return complete;
  }

  private static Map<Vendor, List<Device>> byVendor(List<Device> devices) {
    Map<Vendor, List<Device>> byVendor = new LinkedHashMap<>();
    for (Device device : devices) {
      byVendor.computeIfAbsent(device.common().vendor(), v -> new ArrayList<>()).add(device);
    }
    return byVendor;
  }

  private static ContainerAccess eachFileOnce(ContainerAccess access) {
    return new ContainerAccess(
        List.copyOf(new LinkedHashSet<>(access.files())),
        access.env(),
        access.mounts(),
        access.hooks());
  }

  @Override
  public List<ConfigKind> configKinds() {
    return planners.values().stream().flatMap(planner -> planner.configKinds().stream()).toList();
  }

  @Override
  public List<LogPlace> logPlaces() {
    return planners.values().stream().flatMap(planner -> planner.logPlaces().stream()).toList();
  }

  @Override
  public Set<String> podWide() {
    return planners.values().stream()
        .flatMap(planner -> planner.podWide().stream())
        .collect(Collectors.toSet());
  }

  @Override
  public boolean dependsOnOthers(List<Device> devices) {
    return devices.stream()
        .map(device -> device.common().vendor())
        .distinct()
        .map(planners::get)
        .anyMatch(planner -> planner != null && planner.dependsOnOthers(devices));
  }
}
