package dev.acceld.machine.libtpu;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A process that uses TPU chips, as far as its metrics show it. Every change is seen by the next
 * question. Any thread.
 */
public final class TpuWorkload {
  private final Instant began = Instant.now();
  private final List<TpuChipValues> chips;
  private final SortedSet<String> supported = new TreeSet<>(MetricNames.OF_ONE_SLICE);
  private final Set<Habit> habits = EnumSet.noneOf(Habit.class);
  private final Map<String, Map<String, String>> errors = new TreeMap<>();
  private Duration delay = Duration.ofMillis(800);
  private boolean dutyCyclePerChip;

  /** With those chips, on one slice and without faults. */
  public TpuWorkload(List<TpuChipValues> chips) {
    this.chips = new ArrayList<>(chips);
  }

  /** Its chips, in the order of the host. */
  public synchronized List<TpuChipValues> chips() {
    return List.copyOf(chips);
  }

  /** Changes what is told of a chip. */
  public synchronized void chip(int rank, UnaryOperator<TpuChipValues> change) {
    chips.set(rank, change.apply(chips.get(rank)));
  }

  /** Since when it runs. */
  public Instant began() {
    return began;
  }

  /** The metrics that it has; there is no other. */
  public synchronized SortedSet<String> supported() {
    return new TreeSet<>(supported);
  }

  /** Adds metrics: it runs on several slices, for example. */
  public synchronized void support(Iterable<String> names) {
    names.forEach(supported::add);
  }

  /** Takes metrics away: this version of libtpu does not have them yet. */
  public synchronized void lack(Iterable<String> names) {
    names.forEach(supported::remove);
  }

  /** Does from now on what it should not, or stops doing it. */
  public synchronized void habit(Habit habit, boolean on) {
    if (on) {
      habits.add(habit);
    } else {
      habits.remove(habit);
    }
  }

  /** Whether it does. */
  public synchronized boolean has(Habit habit) {
    return habits.contains(habit);
  }

  /** How long a {@link Habit#SLOW} workload takes for an answer. */
  public synchronized void delay(Duration time) {
    this.delay = time;
  }

  synchronized Duration delay() {
    return delay;
  }

  /** Tells the duty cycle once for each chip, not for each device: as on v2 and v3. */
  public synchronized void dutyCyclePerChip(boolean perChip) {
    this.dutyCyclePerChip = perChip;
  }

  synchronized boolean dutyCyclePerChip() {
    return dutyCyclePerChip;
  }

  /**
   * Reports a fault.
   *
   * @param metric {@link MetricNames#SLICE_ERROR} or {@link MetricNames#MEGASCALE_ERROR}
   * @param attributes such as {@code error_type}
   */
  public synchronized void error(String metric, Map<String, String> attributes) {
    errors.put(metric, new LinkedHashMap<>(attributes));
  }

  /** Reports it no longer. */
  public synchronized void noError(String metric) {
    errors.remove(metric);
  }

  synchronized Optional<Map<String, String>> errorOf(String metric) {
    return Optional.ofNullable(errors.get(metric));
  }
}
