package dev.acceld.kernel;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The last lines of each PCI slot. Lines of slots without a device are kept too, of a few: the
 * device may be found later. Safe for all threads.
 */
final class DeviceLines implements KernelLines {
  /** So many lines of a slot are kept. */
  static final int MOST_EACH = 50;

  private static final int MOST_OTHER_SLOTS = 64;

  private final Supplier<Inventory> inventory;
  private final Map<String, Deque<KernelLine>> bySlot = new LinkedHashMap<>();

  DeviceLines(Supplier<Inventory> inventory) {
    this.inventory = inventory;
  }

  /** The device at a place: the whole one, where partitions have the same place. */
  static Optional<Device> at(PciAddress place, Inventory inventory) {
    String slot = place.slot();
    return inventory.devices().stream()
        .filter(d -> !d.group())
        .filter(d -> d.common().pci().filter(p -> p.slot().equals(slot)).isPresent())
        .min(Comparator.comparing(DeviceLines::isPart));
  }

  private static boolean isPart(Device device) {
    return device instanceof MigDevice;
  }

  void add(PciAddress place, KernelLine line) {
    Set<String> ours = slots(inventory.get().devices());
    synchronized (this) {
      Deque<KernelLine> lines =
          bySlot.computeIfAbsent(place.slot(), slot -> new ArrayDeque<>(MOST_EACH));
      if (lines.size() == MOST_EACH) {
        lines.removeFirst();
      }
      lines.addLast(line);
      dropOthers(ours, place.slot());
    }
  }

  /** Those that came first go first; not the one that was just added. */
  private void dropOthers(Set<String> ours, String added) {
    int others = 0;
    for (String slot : bySlot.keySet()) {
      others += ours.contains(slot) ? 0 : 1;
    }
    for (Iterator<String> each = bySlot.keySet().iterator();
        others > MOST_OTHER_SLOTS && each.hasNext(); ) {
      String slot = each.next();
      if (!ours.contains(slot) && !slot.equals(added)) {
        each.remove();
        others--;
      }
    }
  }

  @Override
  public List<KernelLine> about(DeviceName name, Instant since) {
    Inventory now = inventory.get();
    Device device = now.find(name).orElse(null);
    if (device == null) {
      return List.of();
    }
    Set<String> slots =
        slots(
            now.devices().stream()
                .filter(d -> d.name().equals(name) || d.common().sharesPartWith(device.common()))
                .toList());
    List<KernelLine> lines = new ArrayList<>();
    synchronized (this) {
      bySlot.forEach((slot, of) -> {
        if (slots.contains(slot)) {
          of.stream().filter(line -> !line.at().isBefore(since)).forEach(lines::add);
        }
      });
    }
    if (slots.size() > 1) {
      lines.sort(Comparator.comparing(KernelLine::at));
    }
    return List.copyOf(lines);
  }

  private static Set<String> slots(List<Device> devices) {
    Set<String> slots = new HashSet<>();
    devices.forEach(d -> d.common().pci().ifPresent(at -> slots.add(at.slot())));
    return slots;
  }

  /** The machine was restarted. */
  synchronized void clear() {
    bySlot.clear();
  }
}
