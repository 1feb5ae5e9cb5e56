package dev.acceld.host;

import java.util.Optional;
import java.util.regex.Pattern;

/** The kernel's id of this boot: the same until the machine restarts. */
public final class BootId {
  /** Where the kernel shows it (random(4)). */
  public static final String PATH = "/proc/sys/kernel/random/boot_id";

  private static final Pattern FORM = Pattern.compile("[0-9a-zA-Z-]{1,64}");

  private BootId() {}

  /** The id; empty when it cannot be read, so that nobody takes two unknown boots for one. */
  public static Optional<String> read(HostFs host) {
    return host.text(PATH).filter(id -> FORM.matcher(id).matches());
  }
}
