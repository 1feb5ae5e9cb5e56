package dev.acceld.usage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * A clock that nobody sets and that goes on while the process does not run: which boot it is, and
 * how long it has lasted (proc(5), {@code /proc/uptime}). Any thread.
 */
final class BootTime {
  private static final Path UPTIME = Path.of("/proc/uptime");

  private final Supplier<Optional<String>> boot;
  private final Supplier<OptionalDouble> uptime;

  BootTime(Supplier<Optional<String>> boot) {
    this(boot, BootTime::read);
  }

  BootTime(Supplier<Optional<String>> boot, Supplier<OptionalDouble> uptime) {
    this.boot = boot;
    this.uptime = uptime;
  }

  private static OptionalDouble read() {
    try {
      String text = Files.readString(UPTIME).strip();
      return OptionalDouble.of(Double.parseDouble(text.split("\\s+", 2)[0]));
    } catch (IOException | RuntimeException e) {
      return OptionalDouble.empty();
    }
  }

  String boot() {
    return boot.get().orElse("");
  }

  double uptimeSeconds() {
    return uptime.get().orElse(0);
  }

  /** Seconds since then; 0 when it was in another boot, or when nobody can tell. */
  double since(String thenBoot, double thenUptime) {
    double now = uptimeSeconds();
    boolean same = !thenBoot.isEmpty() && thenBoot.equals(boot());
    return same && thenUptime > 0 && now > thenUptime ? now - thenUptime : 0;
  }
}
