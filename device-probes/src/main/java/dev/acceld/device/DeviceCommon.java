package dev.acceld.device;

import dev.acceld.device.access.DeviceFile;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What every device has, whoever made it. The plugin needs nothing else to publish and prepare one.
 *
 * @param name the published name
 * @param type what is handed out: {@code gpu}, {@code tpu-chip}, {@code mig} and others
 * @param vendor who made it
 * @param kind GPU or TPU
 * @param physical the names of the physical parts that this is made of, or that it is a part of:
 *     devices that have one in common share hardware, are locked together and fail together
 * @param pci its PCI function, where it is known
 * @param pcieRoot the PCIe root complex in Kubernetes' form {@code pci0000:16}, where it is known
 * @param numaNode the NUMA node, empty when the host does not say
 * @param attributes published attributes; a name without a domain belongs to the driver's domain
 * @param capacities published capacities
 * @param files the device files that belong to this device alone
 * @param counters what it takes of a part that is offered in several ways; empty when its physical
 *     part is offered in one way only
 * @param offered false for what is read and watched but cannot be given away as it is now
 */
public record DeviceCommon(
    DeviceName name,
    String type,
    Vendor vendor,
    Kind kind,
    SortedSet<String> physical,
    Optional<PciAddress> pci,
    Optional<String> pcieRoot,
    OptionalInt numaNode,
    Map<String, AttributeValue> attributes,
    Map<String, Capacity> capacities,
    List<DeviceFile> files,
    Optional<CounterUse> counters,
    boolean offered) {

  /** Takes copies. */
  public DeviceCommon {
    physical = Collections.unmodifiableSortedSet(new TreeSet<>(physical));
    attributes = Map.copyOf(attributes);
    capacities = Map.copyOf(capacities);
    files = List.copyOf(files);
  }

  /** A device whose physical parts are offered in this one way. */
  public DeviceCommon(
      DeviceName name,
      String type,
      Vendor vendor,
      Kind kind,
      SortedSet<String> physical,
      Optional<PciAddress> pci,
      Optional<String> pcieRoot,
      OptionalInt numaNode,
      Map<String, AttributeValue> attributes,
      Map<String, Capacity> capacities,
      List<DeviceFile> files) {
    this(
        name,
        type,
        vendor,
        kind,
        physical,
        pci,
        pcieRoot,
        numaNode,
        attributes,
        capacities,
        files,
        Optional.empty(),
        true);
  }

  /** A device of one physical part, which is offered in this one way. */
  public DeviceCommon(
      DeviceName name,
      String type,
      Vendor vendor,
      Kind kind,
      String physical,
      Optional<PciAddress> pci,
      Optional<String> pcieRoot,
      OptionalInt numaNode,
      Map<String, AttributeValue> attributes,
      Map<String, Capacity> capacities,
      List<DeviceFile> files) {
    this(
        name,
        type,
        vendor,
        kind,
        new TreeSet<>(Set.of(physical)),
        pci,
        pcieRoot,
        numaNode,
        attributes,
        capacities,
        files);
  }

  /** Whether both have a physical part in common. */
  public boolean sharesPartWith(DeviceCommon other) {
    return !Collections.disjoint(physical, other.physical);
  }

  /** The vendor's unique ID, if it is published. */
  public Optional<String> uuid() {
    return AttributeValue.text(attributes.get("uuid"));
  }

  /** The physical parts as one name, for labels and messages: with commas between. */
  public String physicalNames() {
    return String.join(",", physical);
  }

  /** The same, taking so much of a part that is offered in several ways. */
  public DeviceCommon taking(CounterUse use) {
    return with(attributes, files, Optional.of(use), offered);
  }

  /** The same, not to be given away. */
  public DeviceCommon withheld() {
    return with(attributes, files, counters, false);
  }

  /** The same with other attributes and files. */
  public DeviceCommon with(Map<String, AttributeValue> attributes, List<DeviceFile> files) {
    return with(attributes, files, counters, offered);
  }

  private DeviceCommon with(
      Map<String, AttributeValue> newAttributes,
      List<DeviceFile> newFiles,
      Optional<CounterUse> newCounters,
      boolean newOffered) {
    return new DeviceCommon(
        name,
        type,
        vendor,
        kind,
        physical,
        pci,
        pcieRoot,
        numaNode,
        newAttributes,
        capacities,
        newFiles,
        newCounters,
        newOffered);
  }
}
