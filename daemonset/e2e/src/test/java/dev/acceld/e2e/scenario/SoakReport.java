package dev.acceld.e2e.scenario;

import dev.acceld.e2e.scenario.RandomFaults.Fault;
import dev.acceld.e2e.scenario.TaintWatch.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Faults beside taints: which fault nobody was told of, which device was refused longer than its
 * faults lasted, and how long news took. Times are those of {@link System#nanoTime}.
 */
final class SoakReport {
  private static final double NANOS = 1e9;

  /** A fault that lasts that long has to be told while it lasts, unless the agent was killed. */
  private static final Duration NOTICEABLE = Duration.ofSeconds(8);

  /** An agent needs that long to be there again. */
  private static final Duration AWAY = Duration.ofSeconds(20);

  /** A fault that comes and goes often stays for a minute; the rest is detection and writing. */
  private static final Duration AFTER = Duration.ofSeconds(60 + 15);

  private final List<Fault> faults;
  private final List<Span> taints;
  private final List<Long> kills;

  SoakReport(List<Fault> faults, List<Span> taints, List<Long> kills) {
    this.faults = List.copyOf(faults);
    this.taints = List.copyOf(taints);
    this.kills = List.copyOf(kills);
  }

  /** Faults during which their device had no taint. */
  List<String> unnoticed() {
    List<String> found = new ArrayList<>();
    for (Fault fault : faults) {
      if (fault.seconds() >= NOTICEABLE.toSeconds()
          && undisturbed(fault)
          && taints.stream().noneMatch(t -> during(fault, t))) {
        found.add(fault.toString());
      }
    }
    return found;
  }

  private boolean undisturbed(Fault fault) {
    return kills.stream()
        .noneMatch(k -> k - fault.to() < 0 && k + AWAY.toNanos() - fault.from() > 0);
  }

  private static boolean during(Fault fault, Span taint) {
    return taint.device().equals(fault.device())
        && taint.from() - fault.to() < 0
        && taint.to() - fault.from() > 0;
  }

  /** Taints that no fault explains, or that stayed too long after the last one. */
  List<String> refusedTooLong() {
    List<String> found = new ArrayList<>();
    for (Span taint : taints) {
      OptionalLong last =
          faults.stream()
              .filter(f -> f.device().equals(taint.device()) && f.from() - taint.to() < 0)
              .mapToLong(Fault::to)
              .max();
      long latest = last.isEmpty() ? taint.from() : last.getAsLong() + away(last.getAsLong());
      if (last.isEmpty() || taint.to() - latest > AFTER.toNanos()) {
        found.add(taint + " after " + last);
      }
    }
    return found;
  }

  private long away(long moment) {
    return kills.stream()
        .filter(k -> k - moment < AFTER.toNanos() && k + AWAY.toNanos() - moment > 0)
        .mapToLong(k -> AWAY.toNanos())
        .sum();
  }

  @Override
  public String toString() {
    long[] begun =
        faults.stream()
            .filter(this::undisturbed)
            .flatMapToLong(f ->
                taints.stream()
                    .filter(t -> t.device().equals(f.device()) && t.from() - f.from() > 0)
                    .filter(t -> t.from() - f.to() < 0)
                    .mapToLong(t -> t.from() - f.from())
                    .limit(1))
            .sorted()
            .toArray();
    long[] ended =
        taints.stream()
            .flatMapToLong(t ->
                faults.stream()
                    .filter(f -> f.device().equals(t.device()) && f.to() - t.to() < 0)
                    .mapToLong(f -> t.to() - f.to())
                    .sorted()
                    .limit(1))
            .sorted()
            .toArray();
    return "fault to taint %s; mended to no taint %s".formatted(row(begun), row(ended));
  }

  private static String row(long[] sorted) {
    if (sorted.length == 0) {
      return "never";
    }
    return "p50 %.1f s, p99 %.1f s, most %.1f s of %d"
        .formatted(
            sorted[(sorted.length - 1) / 2] / NANOS,
            sorted[(int) Math.ceil(0.99 * sorted.length) - 1] / NANOS,
            LongStream.of(sorted).max().orElseThrow() / NANOS,
            sorted.length);
  }
}
