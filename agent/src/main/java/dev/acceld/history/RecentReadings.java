package dev.acceld.history;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Readings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The samples of the last ten minutes of every device. A device that is read once a second has one
 * a second; where so many devices make that more than {@link #MOST_BYTES}, the step between samples
 * becomes longer for all, so that ten minutes stay ten minutes. What was not measured is missing:
 * nothing is filled in. A device that is no longer read stays until its last sample is ten minutes
 * old.
 *
 * <p>Safe for all threads. {@link #add} takes microseconds for a device and reads no hardware.
 */
public final class RecentReadings {
  /** How far back it reaches. */
  public static final Duration SPAN = Duration.ofMinutes(10);

  /** What all samples take at most. */
  public static final long MOST_BYTES = 6L << 20;

  private static final int TENTHS = 10;
  private static final int SPAN_TENTHS = (int) SPAN.toSeconds() * TENTHS;
  private static final long NANOS_PER_TENTH = 100_000_000;

  /** A finer step is taken again only where this much would stay free. */
  private static final double ROOM = 0.75;

  private final LongSupplier nanos;
  private final long began;
  private final int finest; // tenths of a second
  private final long mostBytes;
  private final Map<DeviceName, DeviceRing> rings = new HashMap<>();
  private int step;

  /**
   * On the machine's monotonic clock.
   *
   * @param every how often devices are read
   */
  public RecentReadings(Duration every) {
    this(every, System::nanoTime);
  }

  /** On another clock that never jumps. */
  public RecentReadings(Duration every, LongSupplier nanos) {
    this(every, nanos, MOST_BYTES);
  }

  RecentReadings(Duration every, LongSupplier nanos, long mostBytes) {
    this.nanos = nanos;
    this.began = nanos.getAsLong();
    this.mostBytes = mostBytes;
    this.finest = Math.max(TENTHS, (int) (every.toMillis() / 100));
    this.step = finest;
  }

  /** Takes a sample of some devices; those that are not in it have none. */
  public synchronized void add(Readings readings) {
    int now = now();
    readings
        .values()
        .forEach((device, sample) -> {
          if (!sample.isEmpty()) {
            rings.computeIfAbsent(device, d -> new DeviceRing(step, SPAN_TENTHS)).put(now, sample);
          }
        });
    readings
        .processes()
        .forEach((device, processes) -> {
          DeviceRing ring = rings.get(device);
          if (ring != null) {
            ring.used(now, processes);
          }
        });
    rings.values().removeIf(ring -> now - ring.newest() > SPAN_TENTHS);
    fit();
  }

  private void fit() {
    long bytes = bytes();
    while (bytes > mostBytes && step < SPAN_TENTHS) {
      in(step + TENTHS);
      bytes = bytes();
    }
    if (step > finest && bytes * (double) step / (step - TENTHS) < mostBytes * ROOM) {
      in(step - TENTHS);
    }
  }

  private void in(int newStep) {
    step = Math.max(finest, newStep);
    rings.replaceAll((device, ring) -> ring.in(step, SPAN_TENTHS));
  }

  /** The samples of that device; empty when it had none in ten minutes. */
  public synchronized Optional<History> of(DeviceName device) {
    return Optional.ofNullable(rings.get(device)).map(ring -> ring.copy(now(), SPAN_TENTHS));
  }

  /** The memory that the samples take. */
  public synchronized long bytes() {
    long bytes = 0;
    for (DeviceRing ring : rings.values()) {
      bytes += ring.bytes();
    }
    return bytes;
  }

  /** The shortest time between two samples of a device. */
  public synchronized Duration step() {
    return Duration.ofMillis(step * 100L);
  }

  private int now() {
    return (int) ((nanos.getAsLong() - began) / NANOS_PER_TENTH);
  }
}
