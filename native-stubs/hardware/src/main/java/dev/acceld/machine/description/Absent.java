package dev.acceld.machine.description;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a description leaves out. */
final class Absent {
  private Absent() {}

  static <T> List<T> toEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  static <V> Map<String, V> toEmpty(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : Map.copyOf(map);
  }
}
