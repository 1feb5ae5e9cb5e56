package dev.acceld.e2e.install;

import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pods with a claim of one device that come and go until this is closed, several at a time. Every
 * one of them must start, see its device and end; what did not go so is kept in words.
 */
public final class Churn implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(4);
  private static final Duration SPEECH = Duration.ofSeconds(30);

  private final Workspace workspace;
  private final List<Thread> workers = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicInteger givenUp = new AtomicInteger();
  private final Optional<Duration> patience;
  private volatile boolean ending;

  private Churn(Workspace workspace, Optional<Duration> patience) {
    this.workspace = workspace;
    this.patience = patience;
  }

  /** Starts that many workers, each with one pod at a time. */
  public static Churn start(Workspace workspace, int workers) {
    return start(workspace, workers, ClaimPod.TEMPLATE);
  }

  /** The same with what another template of {@link ClaimPod} asks for. */
  public static Churn start(Workspace workspace, int workers, String template) {
    return start(workspace, workers, template, Optional.empty());
  }

  /**
   * The same where devices break: a pod that does not run within that time is deleted for another,
   * as the driver's message advises.
   */
  public static Churn impatient(Workspace workspace, int workers, Duration patience) {
    return start(workspace, workers, ClaimPod.TEMPLATE, Optional.of(patience));
  }

  private static Churn start(
      Workspace workspace, int workers, String template, Optional<Duration> patience) {
    workspace.apply(template);
    Churn churn = new Churn(workspace, patience);
    for (int i = 0; i < workers; i++) {
      String prefix = "churn-" + i + "-";
      churn.workers.add(Thread.ofPlatform().name(prefix).start(() -> churn.work(prefix)));
    }
    return churn;
  }

  private void work(String prefix) {
    for (int i = 0; !ending; i++) {
      String name = prefix + i;
      try {
        workspace.apply(ClaimPod.of(name));
        if (runs(name)) {
          // Running is said a moment before the container has said anything.
          Await.until(
              name + " names its device",
              SPEECH,
              () -> workspace.logs(name).contains("ACCELD_DEVICE_"),
              () -> workspace.logs(name));
          rounds.incrementAndGet();
        } else if (patience.isPresent()) {
          givenUp.incrementAndGet();
        } else {
          fail(name + " did not run: " + workspace.describe());
        }
      } catch (AssertionError e) {
        fail(name + ": " + e);
      } catch (RuntimeException e) {
        if (!ending) {
          fail(name + ": " + e);
        }
      }
      remove(name);
    }
  }

  /** One that stayed would keep its device. */
  private void remove(String name) {
    try {
      workspace.deletePod(name);
      workspace.awaitGone(name, START);
    } catch (AssertionError | RuntimeException e) {
      fail(name + " does not go: " + e);
    }
  }

  private boolean runs(String name) {
    try {
      Pod started =
          workspace
              .cluster()
              .client()
              .pods()
              .inNamespace(workspace.name())
              .withName(name)
              .waitUntilCondition(
                  pod -> pod != null && !pod.getStatus().getPhase().equals("Pending"),
                  patience.orElse(START).toSeconds(),
                  TimeUnit.SECONDS);
      return started != null && started.getStatus().getPhase().equals("Running");
    } catch (KubernetesClientTimeoutException e) {
      return false;
    }
  }

  private synchronized void fail(String what) {
    failures.add(what);
  }

  /** How many pods ran so far. */
  public int rounds() {
    return rounds.get();
  }

  /** How many pods did not run in time and were deleted for another. */
  public int givenUp() {
    return givenUp.get();
  }

  /** What went wrong so far. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Waits until that many more pods came and went. */
  public void await(int more, Duration most) {
    int goal = rounds() + more;
    Await.until(
        more + " more pods came and went",
        most,
        () -> rounds() >= goal,
        () -> rounds() + " of " + goal + "; " + failures() + workspace.describe());
  }

  /** Lets every worker finish the pod that it has. */
  @Override
  public void close() {
    ending = true;
    for (Thread worker : workers) {
      try {
        worker.join(START.multipliedBy(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
