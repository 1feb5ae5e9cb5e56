package dev.acceld.agent.web;

import dev.acceld.steady.Steady;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A web configuration file that is looked at again and again, with the certificates that it names.
 * A new state that cannot be used changes nothing: the last good one holds until the file is right.
 * Any thread.
 */
public final class WebConfigFile implements WebAccessSource, AutoCloseable {
  /** How soon a change is noticed. */
  public static final Duration EVERY = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(WebConfigFile.class);

  private final Path file;
  private final Duration every;
  private final Thread thread;
  private volatile WebAccess now;
  private volatile @Nullable String broken;
  private volatile Runnable tlsChanged = () -> {};
  private volatile boolean closed;

  private WebConfigFile(Path file, Duration every, WebAccess first) {
    this.file = file;
    this.every = every;
    this.now = first;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("web-config")
            .unstarted(() -> Steady.loop("the look at " + file, () -> !closed, this::round));
  }

  /**
   * Reads the file and begins to watch it.
   *
   * @throws WebConfigException when it cannot be used; the message names the mistake and the remedy
   */
  public static WebConfigFile open(Path file) throws WebConfigException {
    return open(file, EVERY);
  }

  /**
   * The same, looking that often.
   *
   * @throws WebConfigException when it cannot be used
   */
  public static WebConfigFile open(Path file, Duration every) throws WebConfigException {
    WebAccess first = WebAccess.OPEN.with(WebConfigReader.read(file));
    log.info("{}: {}", file, first.summary());
    WebConfigFile opened = new WebConfigFile(file, every, first);
    opened.thread.start();
    return opened;
  }

  private void round() throws InterruptedException {
    Thread.sleep(every);
    look();
  }

  /** Reads the file once. */
  void look() {
    WebAccess before = now;
    try {
      WebAccess next = before.with(WebConfigReader.read(file));
      if (next != before) {
        now = next;
        log.info("{} has changed: {}", file, next.summary());
        if (next.tls().orElse(null) != before.tls().orElse(null)) {
          tlsChanged.run();
        }
      } else if (broken != null) {
        log.info("{} can be read again", file);
      }
      broken = null;
    } catch (WebConfigException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(broken)) {
        log.error("{}; the settings read before stay in force", problem);
      }
      broken = problem;
    }
  }

  @Override
  public WebAccess now() {
    return now;
  }

  @Override
  public void whenTlsChanges(Runnable action) {
    tlsChanged = action;
  }

  /** What an administrator should look at; empty when all is well. */
  public Optional<String> problem() {
    String found = broken;
    return found != null
        ? Optional.of(found + "; the settings read before stay in force")
        : now.tls().flatMap(tls -> tls.problem(Instant.now()));
  }

  /** What is in force, in one sentence. */
  public String sentence() {
    return file + ": " + now.summary();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
