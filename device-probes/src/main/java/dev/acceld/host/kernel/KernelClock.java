package dev.acceld.host.kernel;

import dev.acceld.host.HostFs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * From the kernel's time since the boot to the time of day ({@code /proc/uptime}, proc(5)). The
 * clock of the log and the clock of the uptime drift apart by up to 0.02 %, and only one of them
 * stands still in a suspended machine: what is as old as the boot may be minutes off. Any thread.
 */
public final class KernelClock {
  private static final String UPTIME = "/proc/uptime";

  /** How far the two clocks may be apart: this, and a part of the uptime. */
  private static final Duration DRIFT = Duration.ofSeconds(5);

  private static final long DRIFT_PART = 5000;

  /** Longer than any machine runs, in microseconds. */
  private static final long MOST = Long.MAX_VALUE / 2000;

  private final Supplier<Optional<Duration>> uptime;
  private final InstantSource clock;

  /** Of that host; a simulated one that has no uptime of its own has this machine's. */
  public KernelClock(HostFs host) {
    this(() -> read(host).or(() -> read(new HostFs(Path.of("/")))), InstantSource.system());
  }

  KernelClock(Supplier<Optional<Duration>> uptime, InstantSource clock) {
    this.uptime = uptime;
    this.clock = clock;
  }

  private static Optional<Duration> read(HostFs host) {
    try {
      return host.text(UPTIME)
          .map(text -> text.split(" ", 2)[0])
          .map(Double::parseDouble)
          .filter(seconds -> seconds >= 0 && seconds < 1e10)
          .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The time of day. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * When a record was written, as well as the clocks tell; never later than now, and now when there
   * is no uptime.
   */
  public Instant at(long micros) {
    Instant now = clock.instant();
    return uptime
        .get()
        .map(up -> now.minus(up).plusNanos(Math.min(micros, MOST) * 1000))
        .filter(at -> at.isBefore(now))
        .orElse(now);
  }

  /**
   * When a record was written that is known to be new: between two moments, unless the clocks say
   * that this cannot be.
   *
   * @param from when the log had been read to its end
   */
  public Instant atNew(long micros, Instant from) {
    Instant computed = at(micros);
    Duration off = DRIFT.plus(uptime.get().orElse(Duration.ZERO).dividedBy(DRIFT_PART));
    return computed.isBefore(from) && !computed.isBefore(from.minus(off)) ? from : computed;
  }
}
