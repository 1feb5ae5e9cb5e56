package dev.acceld.machine.drm;

import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the simulation knows of one GPU beside its description: lines {@code key=number}. Readings
 * that were set, counters, faults. To be used under the tree's lock.
 */
final class DrmState {
  private final FileTree tree;
  private final String path;
  private final TreeMap<String, Long> values = new TreeMap<>();

  private DrmState(FileTree tree, Drm gpu) {
    this.tree = tree;
    this.path = "/var/lib/standin/drm/" + gpu.function().address();
  }

  static DrmState read(FileTree tree, Drm gpu) {
    DrmState state = new DrmState(tree, gpu);
    if (tree.exists(state.path)) {
      for (String line : tree.read(state.path).split("\n", -1)) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          state.values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
        }
      }
    }
    return state;
  }

  void write() {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    tree.write(path, text.toString());
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Optional<Long> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  long number(String key) {
    return values.getOrDefault(key, 0L);
  }

  void put(String key, long value) {
    values.put(key, value);
  }

  void add(String key, long more) {
    values.merge(key, more, Long::sum);
  }

  void remove(String key) {
    values.remove(key);
  }

  void removeAll(String prefix) {
    values.keySet().removeIf(key -> key.startsWith(prefix));
  }

  /** The values whose keys begin so, by the rest of the key, sorted. */
  Map<String, Long> withPrefix(String prefix) {
    Map<String, Long> found = new TreeMap<>();
    values.forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        found.put(key.substring(prefix.length()), value);
      }
    });
    return found;
  }
}
