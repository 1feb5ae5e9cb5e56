package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.DeviceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names made from the UUID alone, so that they outlive reboots, renumbering and moved cards: {@code
 * gpu-} and the UUID's first group of eight digits. Those that share it get as many further groups
 * as tell them apart.
 */
final class DeviceNames {
  private static final Pattern UUID =
      Pattern.compile("GPU-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private DeviceNames() {}

  /** Whether a name can be made of it. */
  static boolean usable(String uuid) {
    return UUID.matcher(uuid).matches();
  }

  /** The names of usable UUIDs, by UUID; the order they come in does not matter. */
  static Map<String, DeviceName> of(Collection<String> uuids) {
    Map<String, DeviceName> names = new HashMap<>();
    List<String> todo = new ArrayList<>(new TreeSet<>(uuids));
    for (int groups = 1; !todo.isEmpty(); groups++) {
      Map<String, List<String>> byName = new TreeMap<>();
      for (String uuid : todo) {
        byName.computeIfAbsent(name(uuid, groups), n -> new ArrayList<>()).add(uuid);
      }
      todo = new ArrayList<>();
      for (Map.Entry<String, List<String>> entry : byName.entrySet()) {
        if (entry.getValue().size() == 1 || groups == 5) {
          names.put(entry.getValue().getFirst(), new DeviceName(entry.getKey()));
        } else {
          todo.addAll(entry.getValue());
        }
      }
    }
    return names;
  }

  private static String name(String uuid, int groups) {
    String[] parts = uuid.toLowerCase(Locale.ROOT).split("-", -1);
    return String.join("-", List.of(parts).subList(0, groups + 1));
  }
}
