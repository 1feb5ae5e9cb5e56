package dev.acceld.host;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The id of this boot, as last read: that it cannot be read for a moment does not make another boot
 * of it. Thread-safe; each question reads a file.
 */
public final class CurrentBoot implements Supplier<Optional<String>> {
  private final Supplier<Optional<String>> read;
  private volatile @Nullable String last;

  /** Of that host. */
  public CurrentBoot(HostFs host) {
    this(() -> BootId.read(host));
  }

  CurrentBoot(Supplier<Optional<String>> read) {
    this.read = read;
  }

  /** The id; empty as long as it has never been read. */
  @Override
  public Optional<String> get() {
    Optional<String> now = read.get();
    if (now.isPresent()) {
      last = now.get();
    }
    return Optional.ofNullable(last);
  }
}
