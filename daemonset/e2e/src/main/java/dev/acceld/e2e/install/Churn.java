package dev.acceld.e2e.install;

import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.Pod;
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
  private volatile boolean ending;

  private Churn(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Starts that many workers, each with one pod at a time. */
  public static Churn start(Workspace workspace, int workers) {
    return start(workspace, workers, ClaimPod.TEMPLATE);
  }

  /** The same with what another template of {@link ClaimPod} asks for. */
  public static Churn start(Workspace workspace, int workers, String template) {
    workspace.apply(template);
    Churn churn = new Churn(workspace);
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
        Optional<Pod> running = Optional.ofNullable(started(name));
        if (running.filter(pod -> pod.getStatus().getPhase().equals("Running")).isEmpty()) {
          fail(name + " did not run: " + workspace.describe());
        } else {
          // Running is said a moment before the container has said anything.
          Await.until(
              name + " names its device",
              SPEECH,
              () -> workspace.logs(name).contains("ACCELD_DEVICE_"),
              () -> workspace.logs(name));
        }
        workspace.deletePod(name);
        workspace.awaitGone(name, START);
        rounds.incrementAndGet();
      } catch (AssertionError e) {
        fail(name + ": " + e);
      } catch (RuntimeException e) {
        if (!ending) {
          fail(name + ": " + e);
        }
      }
    }
  }

  private Pod started(String name) {
    return workspace
        .cluster()
        .client()
        .pods()
        .inNamespace(workspace.name())
        .withName(name)
        .waitUntilCondition(
            pod -> pod != null && !pod.getStatus().getPhase().equals("Pending"),
            START.toSeconds(),
            TimeUnit.SECONDS);
  }

  private synchronized void fail(String what) {
    failures.add(what);
  }

  /** How many pods came and went so far. */
  public int rounds() {
    return rounds.get();
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
