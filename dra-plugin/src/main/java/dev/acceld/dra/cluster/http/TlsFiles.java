package dev.acceld.dra.cluster.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CA and client certificates that somebody else keeps fresh in files: looked at once a minute, and
 * when a handshake has failed. Files that cannot be read or used for a moment cost nothing, the
 * last good ones count.
 */
public final class TlsFiles implements TlsSource {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);
  private static final long REREAD = Duration.ofMinutes(1).toNanos();
  private static final long AFTER_REFUSAL = Duration.ofSeconds(1).toNanos();

  private final List<Path> files;
  private final Loader loader;
  private List<ByteBuffer> contents;
  private SSLSocketFactory tls;
  private long lookedAt = System.nanoTime();
  private boolean refused;
  private String trouble = "";

  /** Makes TLS settings of the files as they are. */
  @FunctionalInterface
  public interface Loader {
    /**
     * Loads the certificates.
     *
     * @throws IOException when a file cannot be read or holds none
     */
    SSLSocketFactory load() throws IOException;
  }

  /**
   * Loads at once.
   *
   * @param files those that the loader reads
   * @throws IOException when they cannot be used
   */
  public TlsFiles(List<Path> files, Loader loader) throws IOException {
    this.files = List.copyOf(files);
    this.loader = loader;
    contents = read();
    tls = new CuttableTls(loader.load());
  }

  @Override
  public synchronized SSLSocketFactory get() {
    if (System.nanoTime() - lookedAt > (refused ? AFTER_REFUSAL : REREAD)) {
      lookedAt = System.nanoTime();
      refused = false;
      look();
    }
    return tls;
  }

  private void look() {
    try {
      List<ByteBuffer> now = read();
      if (!now.equals(contents)) {
        tls = new CuttableTls(loader.load());
        contents = now;
        log.info("reloaded the changed certificates for the API server: {}", files);
      }
      trouble = "";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(trouble)) {
        log.warn(
            "cannot reload the certificates for the API server, keeping the last ones: {}",
            message);
      }
      trouble = message;
    }
  }

  private List<ByteBuffer> read() throws IOException {
    List<ByteBuffer> all = new ArrayList<>();
    for (Path file : files) {
      all.add(ByteBuffer.wrap(Files.readAllBytes(file)));
    }
    return all;
  }

  @Override
  public synchronized void refused() {
    refused = true;
  }
}
