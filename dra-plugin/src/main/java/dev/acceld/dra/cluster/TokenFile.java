package dev.acceld.dra.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token that somebody else keeps fresh in a file, as the kubelet does for a service account: read
 * again once a minute, and when the server refuses it.
 */
final class TokenFile implements TokenSource {
  private static final long REREAD = Duration.ofMinutes(1).toNanos();

  private final Path file;
  private @Nullable String token;
  private long readAt;

  TokenFile(Path file) {
    this.file = file;
  }

  @Override
  public synchronized String get() throws IOException {
    String known = token;
    if (known != null && System.nanoTime() - readAt < REREAD) {
      return known;
    }
    String read;
    try {
      read = Files.readString(file).strip();
    } catch (IOException e) {
      throw new IOException("cannot read the token file " + file + ": " + e.getMessage(), e);
    }
    if (read.isEmpty()) {
      throw new IOException("the token file " + file + " is empty");
    }
    token = read;
    readAt = System.nanoTime();
    return read;
  }

  @Override
  public synchronized void refused() {
    token = null;
  }
}
