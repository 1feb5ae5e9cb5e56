package dev.acceld.e2e.scenario;

import dev.acceld.e2e.cluster.Node;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.SimulatedDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Breaks simulated GPUs at random, and mends each some seconds later. Not safe for threads. */
final class RandomFaults {
  private static final int[] HARMFUL = {46, 48, 62, 74, 79, 95, 109, 119, 140, 143, 155, 167};
  private static final int[] HARMLESS = {13, 31, 43, 45};
  private static final int MOST_AT_ONCE = 4;
  private static final int LONGEST_SECONDS = 10;
  private static final int SHORTEST_SECONDS = 3;

  private final Simulation machine;
  private final Predicate<String> repair;
  private final Random random;
  private final List<SimulatedDevice> whole;
  private final List<Fault> open = new ArrayList<>();
  private final List<Fault> over = new ArrayList<>();
  private int harmless;
  private int repaired;

  /**
   * One fault.
   *
   * @param device its published name
   * @param what in words
   * @param from as {@link System#nanoTime}
   * @param to when it is mended, or was
   */
  record Fault(String device, String uuid, String what, long from, long to) {
    /** In seconds. */
    double seconds() {
      return (to - from) / 1e9;
    }
  }

  /**
   * On that machine.
   *
   * @param repair has the agent repair a device; false when it does not, for instance because a
   *     claim holds the device
   */
  RandomFaults(Simulation machine, Predicate<String> repair, Random random) {
    this.machine = machine;
    this.repair = repair;
    this.random = random;
    this.whole = new ArrayList<>(machine.devices());
  }

  /** The simulated machine of the agent on a node of ours. */
  static Simulation machineOf(Node node) {
    return Simulation.open(node.outside(node.kubeletDir() + "/plugins/acceld.dev/state/machine"));
  }

  /** The name of a GPU in slices. */
  static String published(SimulatedDevice gpu) {
    return gpu.uuid().substring(0, "GPU-01234567".length()).toLowerCase(Locale.ROOT);
  }

  /** Breaks one more, unless many are broken already; the fault, if there is one. */
  Optional<Fault> breakOne() {
    if (random.nextInt(10) == 0 && !whole.isEmpty()) {
      machine.xid(pick().uuid(), HARMLESS[random.nextInt(HARMLESS.length)]);
      harmless++;
    }
    if (open.size() >= MOST_AT_ONCE) {
      return Optional.empty();
    }
    SimulatedDevice gpu = pick();
    whole.remove(gpu);
    long from = System.nanoTime();
    int seconds = SHORTEST_SECONDS + random.nextInt(LONGEST_SECONDS - SHORTEST_SECONDS + 1);
    Fault fault =
        new Fault(
            published(gpu), gpu.uuid(), hurt(gpu), from, from + TimeUnit.SECONDS.toNanos(seconds));
    open.add(fault);
    return Optional.of(fault);
  }

  private SimulatedDevice pick() {
    return whole.get(random.nextInt(whole.size()));
  }

  private String hurt(SimulatedDevice gpu) {
    int kind = random.nextInt(HARMFUL.length + 2);
    if (kind >= HARMFUL.length) {
      boolean offTheBus = kind > HARMFUL.length;
      machine.lose(gpu.uuid(), offTheBus);
      return offTheBus ? "off the bus" : "lost";
    }
    machine.xid(gpu.uuid(), HARMFUL[kind]);
    return "XID " + HARMFUL[kind];
  }

  /** Mends what has been broken for long enough. */
  void mendDue() {
    long now = System.nanoTime();
    for (Fault fault : List.copyOf(open)) {
      if (fault.to() - now <= 0) {
        mend(fault);
      }
    }
  }

  /** Mends everything. */
  void mendAll() {
    List.copyOf(open).forEach(this::mend);
  }

  private void mend(Fault fault) {
    if (fault.what().startsWith("XID") && random.nextInt(12) == 0 && repair.test(fault.device())) {
      repaired++;
    }
    machine.restore(fault.uuid());
    open.remove(fault);
    over.add(
        new Fault(fault.device(), fault.uuid(), fault.what(), fault.from(), System.nanoTime()));
    machine.devices().stream().filter(d -> d.uuid().equals(fault.uuid())).forEach(whole::add);
  }

  /** All faults so far. */
  List<Fault> all() {
    return Stream.concat(over.stream(), open.stream()).toList();
  }

  /** How many reports there were that taint nothing. */
  int harmless() {
    return harmless;
  }

  /** How many faults the agent has repaired. */
  int repaired() {
    return repaired;
  }
}
