package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.Hardware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The processes that use a GPU: a line for each in the state of the simulated NVML. */
public record ProcessState(NvmlState state, Hardware.Gpu gpu) {
  private static final String KEY = "process.";
  private static final String START_WORD = " start=";
  private static final int START = 19; // its place in a stat file, behind the name
  private static final long MIB = 1L << 20;

  /** What the driver keeps of a partition's memory: one part of so many. */
  private static final long KEPT = 256;

  /** Takes a process in, instead of what it used before. */
  public void put(int pid, long start, long bytes, String words, Optional<String> partition) {
    boolean divided = state.number(n(), "mig.mode", 0) == 1;
    if (divided != partition.isPresent()) {
      throw new MachineException(
          divided
              ? name() + " is in MIG mode; name a partition: " + partitions()
              : name() + " is not in MIG mode and has no partition");
    }
    state.remove(n(), KEY + pid);
    forgetEnded();
    String instance = partition.map(this::instance).orElse("");
    long free = room(instance) - used(instance);
    if (bytes > free) {
      throw new MachineException(
          "memory: "
              + bytes
              + " bytes are more than the "
              + free
              + " that "
              + name()
              + " has free");
    }
    String where = instance.isEmpty() ? "" : " instance=" + instance;
    state.put(n(), KEY + pid, bytes + " " + words + where + START_WORD + start);
  }

  /** It uses the GPU no more. */
  public void remove(int pid) {
    if (!state.has(n(), KEY + pid)) {
      throw new MachineException("process " + pid + " does not use " + name());
    }
    state.remove(n(), KEY + pid);
  }

  private void forgetEnded() {
    state
        .withPrefix(n(), KEY)
        .forEach((pid, line) -> {
          int start = line.indexOf(START_WORD);
          if (start >= 0
              && startOf(Integer.parseInt(pid)).orElse(-1)
                  != Long.parseLong(line.substring(start + START_WORD.length()))) {
            state.remove(n(), KEY + pid);
          }
        });
  }

  /**
   * When a process of this machine started, in clock ticks since boot; empty when it does not run.
   */
  public static OptionalLong startOf(int pid) {
    try {
      String stat =
          new String(
              Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
      // The name before it, in parentheses, may contain anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      return OptionalLong.of(Long.parseLong(fields[START]));
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  /** Nobody uses the GPU any more. */
  void clear() {
    state.removeAll("gpu." + n() + "." + KEY);
  }

  /** {@code 9.0}: the GPU instance and the compute instance. */
  private String instance(String uuid) {
    return state.withPrefix(n(), "mig.ci.").entrySet().stream()
        .filter(e -> e.getValue().endsWith(" " + uuid))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() ->
            new MachineException(
                name() + " has no partition '" + uuid + "'; it has " + partitions()));
  }

  private String partitions() {
    Map<String, String> all = new TreeMap<>(state.withPrefix(n(), "mig.ci."));
    return all.isEmpty()
        ? "none"
        : String.join(
            ", ", all.values().stream().map(v -> v.substring(v.lastIndexOf(' ') + 1)).toList());
  }

  private long room(String instance) {
    if (instance.isEmpty()) {
      return state.number(n(), "memory.total", 0) - state.number(n(), "memory.reserved", 0);
    }
    String gi = instance.substring(0, instance.indexOf('.'));
    String profile = state.text(n(), "mig.gi." + gi).orElse("").split(" ", 2)[0];
    String[] fields = state.text(n(), "mig.profile." + profile).orElse("").split(" ", -1);
    long bytes = Long.parseLong(fields[9]) * MIB;
    return bytes - bytes / KEPT;
  }

  /** All parts of a GPU instance share its memory. */
  private long used(String instance) {
    String gi = instance.isEmpty() ? "" : instance.substring(0, instance.indexOf('.') + 1);
    return state.withPrefix(n(), KEY).values().stream()
        .filter(line -> gi.isEmpty() || line.contains(" instance=" + gi))
        .mapToLong(line -> Long.parseLong(line.split(" ", 2)[0]))
        .sum();
  }

  private String name() {
    return gpu.device().name();
  }

  private int n() {
    return gpu.device().position();
  }
}
