package dev.acceld.probe.tpu.slice;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.PodSettings;
import dev.acceld.probe.AccessRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * A slice, and which worker of it a pod is.
 *
 * @param topology of the whole slice, {@code 4x4}
 * @param workers how many hosts it has
 * @param hostnames of all workers by their ids; empty while they have to be told from the pod
 * @param workerId this host's number; empty while it has to be told from the pod
 */
public record SliceSettings(
    String topology, int workers, List<String> hostnames, OptionalInt workerId) {
  /** As many hosts as the largest slices have, with room to grow: tpu7x has 9,216 chips. */
  public static final int MOST_WORKERS = 4096;

  private static final String TOPOLOGY = "topology";
  private static final String WORKERS = "workers";
  private static final String HOSTNAMES = "hostnames";
  private static final String WORKER_ID = "workerId";
  private static final Set<String> ALL = Set.of(TOPOLOGY, WORKERS, HOSTNAMES, WORKER_ID);

  /** Takes a copy. */
  public SliceSettings {
    hostnames = List.copyOf(hostnames);
  }

  /** The same for one worker. */
  SliceSettings with(int id, List<String> names) {
    return new SliceSettings(topology, workers, names, OptionalInt.of(id));
  }

  /** Whether nothing more has to be known of the pod. */
  boolean complete() {
    return hostnames.size() == workers && workerId.isPresent();
  }

  /** As texts. */
  public PodSettings texts() {
    Map<String, String> values = new TreeMap<>();
    values.put(TOPOLOGY, topology);
    values.put(WORKERS, Integer.toString(workers));
    if (!hostnames.isEmpty()) {
      values.put(HOSTNAMES, String.join(",", hostnames));
    }
    workerId.ifPresent(id -> values.put(WORKER_ID, Integer.toString(id)));
    return new PodSettings(TpuConfigKind.KIND, values, complete());
  }

  /**
   * The slice that a claim speaks of; empty when it speaks of none.
   *
   * @throws AccessRefusedException when a text is none of ours, as one that a newer agent wrote
   */
  public static Optional<SliceSettings> of(AccessOptions options) throws AccessRefusedException {
    Optional<PodSettings> own = options.pod().filter(p -> p.kind().equals(TpuConfigKind.KIND));
    if (own.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> values = own.get().values();
    for (String name : values.keySet()) {
      if (!ALL.contains(name)) {
        throw SliceProblem.at(
            name, "the claim's record has a setting that this agent does not know");
      }
    }
    int workers = number(values, WORKERS, 1, MOST_WORKERS);
    OptionalInt id =
        values.containsKey(WORKER_ID)
            ? OptionalInt.of(number(values, WORKER_ID, 0, workers - 1))
            : OptionalInt.empty();
    String names = values.getOrDefault(HOSTNAMES, "");
    return Optional.of(
        new SliceSettings(
            values.getOrDefault(TOPOLOGY, ""),
            workers,
            names.isEmpty() ? List.of() : List.of(names.split(",", -1)),
            id));
  }

  private static int number(Map<String, String> values, String name, int least, int most)
      throws AccessRefusedException {
    OptionalInt number = PodIndex.read(values.getOrDefault(name, ""));
    if (number.isEmpty() || number.getAsInt() < least || number.getAsInt() > most) {
      throw SliceProblem.at(name, "the claim's record has no number here that this agent knows");
    }
    return number.getAsInt();
  }
}
