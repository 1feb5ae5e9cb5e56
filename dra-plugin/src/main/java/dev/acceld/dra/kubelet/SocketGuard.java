package dev.acceld.dra.kubelet;

import dev.acceld.steady.Lookout;
import dev.acceld.steady.Steady;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether both sockets are still there and ours, and has them put back. Its
 * answers ask no disk and never wait; any thread.
 */
final class SocketGuard {
  private static final Logger log = LoggerFactory.getLogger(SocketGuard.class);
  private static final Duration CHECK = Duration.ofSeconds(1);

  private final KubeletSocket dra;
  private final KubeletSocket invitation;
  private final Executor pool;
  private final Repair repair;
  private final AtomicBoolean checking = new AtomicBoolean();
  private final Liveness liveness = new Liveness(System::nanoTime);
  private final Lookout<Sockets> lookout;
  private volatile @Nullable String problem;

  /** Puts back what is lost. */
  interface Repair {
    void putBack() throws IOException, InterruptedException;
  }

  /**
   * The sockets as they were seen last.
   *
   * @param lost one that is not there or not ours
   */
  private record Sockets(@Nullable Path lost) {}

  /**
   * Looks at nothing yet.
   *
   * @param pool where repairs run
   * @param beforeLook is where a look hangs while the disk does; for tests
   */
  SocketGuard(
      KubeletSocket dra,
      KubeletSocket invitation,
      Executor pool,
      Repair repair,
      Runnable beforeLook) {
    this.dra = dra;
    this.invitation = invitation;
    this.pool = pool;
    this.repair = repair;
    lookout =
        new Lookout<>(
            "the check of the kubelet's sockets",
            CHECK,
            () -> {
              beforeLook.run();
              return look();
            });
  }

  void start() {
    lookout.start();
  }

  void close() {
    lookout.close();
  }

  /** The thread that serves the sockets is alive. */
  void heard() {
    liveness.heard();
  }

  /** As {@link KubeletPlugin#problem}. */
  Optional<String> problem() {
    return lookout
        .seen()
        .map(sockets -> liveness.problem(sockets.lost()))
        .orElseGet(liveness::silence)
        .or(() -> Optional.ofNullable(problem));
  }

  /** As {@link KubeletPlugin#unknown}. */
  Optional<String> unknown() {
    return lookout.seen().isEmpty()
        ? Optional.of(
            "whether "
                + dra.path()
                + " and "
                + invitation.path()
                + " still exist is not known: the check has not returned for "
                + Lookout.IN_TIME.toSeconds()
                + " s; check why the disk or the mount does not respond")
        : Optional.empty();
  }

  /** On the lookout's thread: two stats, or some more with a relay. */
  private Sockets look() {
    KubeletSocket lost = dra.intact() ? invitation.intact() ? null : invitation : dra;
    if (lost != null && checking.compareAndSet(false, true)) {
      repairSoon();
    }
    return new Sockets(lost == null ? null : lost.path());
  }

  private void repairSoon() {
    boolean begun = false;
    try {
      pool.execute(Steady.task("restoring a socket for the kubelet", this::repair));
      begun = true;
    } catch (RejectedExecutionException e) {
      log.debug("no more checks of the sockets: stopped");
    } finally {
      if (!begun) {
        checking.set(false);
      }
    }
  }

  private void repair() {
    try {
      repair.putBack();
      if (problem != null) {
        log.info("the sockets are restored");
      }
      problem = null;
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        log.error("lost a socket and cannot restore it yet: {}", message);
      }
      problem = message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      checking.set(false);
    }
  }
}
