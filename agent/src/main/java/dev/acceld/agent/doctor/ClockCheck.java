package dev.acceld.agent.doctor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether this node's clock is that of the API server; {@code Date} tells seconds. */
final class ClockCheck implements Check {
  private static final Duration NOTABLE = Duration.ofSeconds(10);
  private static final Duration TOO_MUCH = Duration.ofMinutes(1);

  private final ClusterAccess cluster;
  private final Clock clock;

  ClockCheck(ClusterAccess cluster, Clock clock) {
    this.cluster = cluster;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public List<Finding> look() throws ClusterAccess.CannotAskException {
    Instant before = clock.instant();
    Optional<Instant> server = cluster.ask("GET", "/version", null).date();
    Instant after = clock.instant();
    return List.of(
        server
            .map(s -> judge(skew(s, before, after)))
            .orElse(Finding.skipped(name(), "the API server does not report its time")));
  }

  /** How far we are ahead of the server at least; between two readings and within its second. */
  static Duration skew(Instant server, Instant before, Instant after) {
    Instant latest = server.plusSeconds(1);
    if (before.isAfter(latest)) {
      return Duration.between(latest, before);
    }
    return after.isBefore(server) ? Duration.between(server, after) : Duration.ZERO;
  }

  private Finding judge(Duration ahead) {
    if (ahead.abs().compareTo(NOTABLE) < 0) {
      return Finding.ok(name(), "within " + NOTABLE.toSeconds() + " s of the API server's");
    }
    String what =
        "this node is "
            + ahead.abs().toSeconds()
            + " s "
            + (ahead.isNegative() ? "behind" : "ahead of")
            + " the API server";
    String remedy =
        "fix time synchronization (chronyc tracking, timedatectl): a wrong clock invalidates"
            + " tokens and certificates, and gives faults wrong times";
    return ahead.abs().compareTo(TOO_MUCH) < 0
        ? Finding.warn(name(), what, remedy)
        : Finding.fail(name(), what, remedy);
  }
}
