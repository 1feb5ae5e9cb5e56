package dev.acceld.machine.nvidia;

import dev.acceld.machine.tree.FileTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The simulated NVML's state file: lines {@code key=value}, in NVML's units. The library reads it
 * again whenever it has been replaced.
 */
public final class NvmlState {
  /** Where it is below a machine's root; the library finds it there from its own location. */
  static final String PATH = "/var/lib/standin/nvml.state";

  private final Map<String, String> values;

  private NvmlState(Map<String, String> values) {
    this.values = values;
  }

  static NvmlState empty() {
    return new NvmlState(new LinkedHashMap<>());
  }

  public static NvmlState read(FileTree tree) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : tree.read(PATH).split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0 && line.charAt(0) != '#') {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return new NvmlState(values);
  }

  public void write(FileTree tree) {
    StringBuilder text =
        new StringBuilder("# state of the simulated NVML; 'acceld simulate' edits it\n");
    values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    tree.write(PATH, text.toString());
  }

  public void put(String key, Object value) {
    values.put(key, value.toString());
  }

  public void put(int gpu, String key, Object value) {
    put(key(gpu, key), value);
  }

  public void remove(String key) {
    values.remove(key);
  }

  public void remove(int gpu, String key) {
    remove(key(gpu, key));
  }

  /** Removes all keys that begin so. */
  public void removeAll(String prefix) {
    values.keySet().removeIf(key -> key.startsWith(prefix));
  }

  public boolean has(int gpu, String key) {
    return values.containsKey(key(gpu, key));
  }

  Optional<String> text(int gpu, String key) {
    return Optional.ofNullable(values.get(key(gpu, key)));
  }

  public long number(String key, long otherwise) {
    String value = values.get(key);
    return value == null ? otherwise : Long.decode(value);
  }

  public long number(int gpu, String key, long otherwise) {
    return number(key(gpu, key), otherwise);
  }

  /** The values of a GPU's keys that begin so, by the rest of the key. */
  Map<String, String> withPrefix(int gpu, String prefix) {
    String start = key(gpu, prefix);
    Map<String, String> found = new LinkedHashMap<>();
    values.forEach((key, value) -> {
      if (key.startsWith(start)) {
        found.put(key.substring(start.length()), value);
      }
    });
    return found;
  }

  /** How many keys begin so. */
  long count(String prefix) {
    return values.keySet().stream().filter(key -> key.startsWith(prefix)).count();
  }

  private static String key(int gpu, String key) {
    return "gpu." + gpu + "." + key;
  }
}
