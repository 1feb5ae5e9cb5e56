package dev.acceld.probe.intel;

import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One GT of a GPU, its unit of clocks and idleness: a tile's engines for graphics and compute, or
 * those for media. One thread.
 */
final class IntelGt {
  private static final Pattern TILE = Pattern.compile("tile\\d{1,2}");
  private static final Pattern GT = Pattern.compile("gt\\d{1,2}");
  private static final double HERTZ = 1e6;

  /** No GPU of today has a tenth of it. */
  private static final long MOST_MEGAHERTZ = 100_000;

  private final boolean media;
  private final HostFile frequency;
  private final HostFile idle;
  private OptionalLong lastIdle = OptionalLong.empty();
  private long lastNanos;

  private IntelGt(boolean media, HostFile frequency, HostFile idle) {
    this.media = media;
    this.frequency = frequency;
    this.idle = idle;
  }

  /**
   * Those of a GPU, by the directories that its driver makes.
   *
   * @param throttle told where the reasons of throttling are
   */
  static List<IntelGt> of(HostFs host, String device, String card, ThrottleReasons throttle) {
    List<IntelGt> all = new ArrayList<>();
    for (String tile : names(host, device, TILE)) { // xe
      String below = device + "/" + tile;
      for (String gt : names(host, below, GT)) {
        String at = below + "/" + gt;
        all.add(
            new IntelGt(
                host.text(at + "/gtidle/name").filter(name -> name.endsWith("-mc")).isPresent(),
                host.file(at + "/freq0/act_freq"),
                host.file(at + "/gtidle/idle_residency_ms")));
        throttle.add(host, at + "/freq0/throttle", "reason_");
      }
    }
    String below = card + "/gt"; // i915
    for (String gt : names(host, below, GT)) {
      String at = below + "/" + gt;
      all.add(
          new IntelGt(
              false, host.file(at + "/rps_act_freq_mhz"), host.file(at + "/rc6_residency_ms")));
      throttle.add(host, at, "throttle_reason_");
    }
    return all;
  }

  private static List<String> names(HostFs host, String directory, Pattern form) {
    return host.names(directory).stream().filter(name -> form.matcher(name).matches()).toList();
  }

  /** True for the engines for media of GPUs where these have a GT of their own. */
  boolean media() {
    return media;
  }

  /** What the clock really is; 0 while it is idle. */
  OptionalDouble hertz() {
    OptionalLong value = frequency.number();
    return value.isPresent() && value.getAsLong() >= 0 && value.getAsLong() <= MOST_MEGAHERTZ
        ? OptionalDouble.of(value.getAsLong() * HERTZ)
        : OptionalDouble.empty();
  }

  /**
   * The share of time since the last look in which it was not in its idle state (C6), 0 to 1. Empty
   * at the first look, when the counter began anew, and when it never counted: then the state is
   * switched off, and its absence says nothing.
   */
  OptionalDouble busy(long nanos) {
    OptionalLong now = idle.number();
    OptionalLong before = lastIdle;
    double millis = (nanos - lastNanos) / 1e6;
    lastIdle = now;
    lastNanos = nanos;
    if (now.isEmpty() || before.isEmpty() || now.getAsLong() <= 0 || millis <= 0) {
      return OptionalDouble.empty();
    }
    long more = now.getAsLong() - before.getAsLong();
    return more < 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(0, 1 - Math.min(1, more / millis)));
  }

  /** The time that passes now is not looked at. */
  void forget() {
    lastIdle = OptionalLong.empty();
  }
}
