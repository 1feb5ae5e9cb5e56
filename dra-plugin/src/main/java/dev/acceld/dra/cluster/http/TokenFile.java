package dev.acceld.dra.cluster.http;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A token that somebody else keeps fresh in a file, as the kubelet does for a service account: read
 * again once a minute, and when the server refuses it. A file that cannot be read for a moment
 * costs nothing while the server takes the last token.
 */
public final class TokenFile implements TokenSource {
  private static final Duration REREAD = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);

  private final Path file;
  private final long reread;
  private @Nullable String token;
  private long readAt;

  /** Reads the file again once a minute, as client-go does. */
  public TokenFile(Path file) {
    this(file, REREAD);
  }

  /** Reads the file again after that time. */
  public TokenFile(Path file, Duration reread) {
    this.file = file;
    this.reread = reread.toNanos();
  }

  @Override
  public synchronized String get() throws IOException {
    String known = token;
    if (known != null && System.nanoTime() - readAt < reread) {
      return known;
    }
    try {
      String read = read();
      token = read;
      readAt = System.nanoTime();
      return read;
    } catch (IOException e) {
      if (known == null) {
        throw e;
      }
      log.warn("{}; using the last token", e.getMessage());
      readAt = System.nanoTime();
      return known;
    }
  }

  private String read() throws IOException {
    String read;
    try {
      read = Files.readString(file).strip();
    } catch (IOException e) {
      throw new IOException("the token file " + file + " cannot be read: " + ErrorText.of(e), e);
    }
    if (read.isEmpty()) {
      throw new IOException("the token file " + file + " is empty");
    }
    return read;
  }

  @Override
  public synchronized void refused() {
    token = null;
  }
}
