package dev.acceld.fake.kubelet;

import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.kubelet.PodResourcesServer.GivenDevices;
import dev.acceld.fake.kubelet.PodResourcesServer.HeldClaim;
import dev.acceld.fake.kubelet.PodResourcesServer.HeldPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A kubelet as far as DRA plugins can tell: it finds their registration sockets, keeps one
 * connection to each, prepares and unprepares claims, watches health, and tells on its
 * pod-resources socket who uses what. All methods may be called from any thread.
 */
public final class FakeKubelet implements AutoCloseable {
  private final Path kubeletDir;
  private final KubeletOptions options;
  private final KubeletHooks hooks;
  private final Map<PodId, List<ClaimId>> pods = new LinkedHashMap<>(); // guarded by this
  private final Map<String, Held> answers = new LinkedHashMap<>(); // by UID; guarded by this
  private final Map<String, List<String>> devicePlugins = new LinkedHashMap<>(); // guarded by this
  private final Map<PodId, List<String>> containers = new LinkedHashMap<>(); // guarded by this
  private final Map<PodId, GivenDevices> given = new LinkedHashMap<>(); // guarded by this
  private final Set<String> prepared = new LinkedHashSet<>(); // UIDs; guarded by this
  private @Nullable KubeletRun run; // guarded by this

  /** What a driver answered for a claim. */
  private record Held(String driver, PrepareAnswer answer) {}

  /** Not started yet. */
  public FakeKubelet(Path kubeletDir, KubeletOptions options, KubeletHooks hooks) {
    this.kubeletDir = kubeletDir.toAbsolutePath().normalize();
    this.options = options;
    this.hooks = hooks;
  }

  /** Makes the directories, serves pod-resources and starts to look for plugins. */
  public void start() throws IOException {
    Files.createDirectories(kubeletDir.resolve("plugins_registry"));
    synchronized (this) {
      if (run != null) {
        throw new IllegalStateException("the fake kubelet runs already");
      }
      run = new KubeletRun(kubeletDir, options, hooks, this::heldPods, this::devicePlugins);
    }
    hooks.started();
  }

  /** Drops all connections and forgets what is prepared, but not the pods. */
  public void stop() {
    KubeletRun ending;
    synchronized (this) {
      ending = run;
      run = null;
      prepared.clear(); // the real one does not keep that flag either
    }
    if (ending != null) {
      ending.close();
    }
  }

  /** Stops and starts; plugins that are still there are registered again. */
  public void restart() throws IOException {
    stop();
    start();
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * Waits until an instance of that driver is registered and connected.
   *
   * @throws TimeoutException with the last trouble, when that takes longer
   */
  public PluginRegistration awaitRegistered(String driver, Duration timeout)
      throws TimeoutException, InterruptedException {
    return running().plugins().awaitConnected(driver, timeout);
  }

  /** All registered instances, oldest first. */
  public List<PluginRegistration> registrations() {
    return running().plugins().registrations();
  }

  /** Learns of every registration from now on, until the next stop. */
  public void onRegistered(Consumer<PluginRegistration> listener) {
    running().plugins().onRegistered(listener);
  }

  /** The health of all devices reported, by {@code driver/pool/device}. */
  public Map<String, ReportedHealth> health() {
    return running().health();
  }

  /**
   * One {@code NodePrepareResources} for these claims, whatever was prepared before.
   *
   * @return the answers by UID, with per-claim errors
   * @throws io.grpc.StatusRuntimeException when the call fails as a whole
   * @throws IllegalStateException when no such driver is registered, or it answers for other claims
   *     than it was asked about
   */
  public Map<String, PrepareAnswer> prepare(String driver, Collection<ClaimId> claims) {
    Map<String, PrepareAnswer> result = running().plugins().link(driver).calls().prepare(claims);
    complete("prepare", claims, result.keySet());
    synchronized (this) {
      result.forEach((uid, answer) -> {
        if (answer.error().isEmpty()) {
          answers.put(uid, new Held(driver, answer));
          prepared.add(uid);
        }
      });
    }
    return result;
  }

  /** The same at the only driver there is. */
  public Map<String, PrepareAnswer> prepare(Collection<ClaimId> claims) {
    return prepare(running().plugins().onlyDriver(), claims);
  }

  /**
   * One {@code NodeUnprepareResources}.
   *
   * @return the errors by UID, empty for a success; throws as {@link #prepare(String, Collection)}
   */
  public Map<String, String> unprepare(String driver, Collection<ClaimId> claims) {
    Map<String, String> errors = running().plugins().link(driver).calls().unprepare(claims);
    complete("unprepare", claims, errors.keySet());
    synchronized (this) {
      errors.forEach((uid, error) -> {
        if (error.isEmpty()) {
          prepared.remove(uid);
          answers.remove(uid);
        }
      });
    }
    return errors;
  }

  /** The same at the only driver there is. */
  public Map<String, String> unprepare(Collection<ClaimId> claims) {
    return unprepare(running().plugins().onlyDriver(), claims);
  }

  /** From now on the pod-resources socket shows this pod with these claims. */
  public synchronized void addPod(PodId pod, Collection<ClaimId> claims) {
    pods.put(pod, List.copyOf(claims));
  }

  /** From now on these containers of the pod refer to its claims, instead of {@code main}. */
  public synchronized void containers(PodId pod, List<String> names) {
    containers.put(pod, List.copyOf(names));
  }

  /** From now on there is a pod with a container that has devices of a device plugin. */
  public synchronized void givePlugin(
      PodId pod, String container, String resource, List<String> ids) {
    pods.putIfAbsent(pod, List.of());
    given.put(pod, new GivenDevices(container, resource, List.copyOf(ids)));
  }

  /** From now on a device plugin offers these devices under that name; none ends it. */
  public synchronized void devicePlugin(String resource, List<String> ids) {
    devicePlugins.put(resource, List.copyOf(ids));
  }

  private synchronized Map<String, List<String>> devicePlugins() {
    return new LinkedHashMap<>(devicePlugins);
  }

  /** The pod is gone. */
  public synchronized void removePod(PodId pod) {
    pods.remove(pod);
    given.remove(pod);
  }

  /**
   * Starts a pod as the kubelet does: calls the driver for the claims that it does not hold for
   * prepared (one that another pod shares is not asked for again), and shows the pod.
   *
   * @return the answers of the call, none for claims that were prepared already
   */
  public Map<String, PrepareAnswer> startPod(String driver, PodId pod, Collection<ClaimId> claims) {
    List<ClaimId> missing = new ArrayList<>();
    synchronized (this) {
      for (ClaimId claim : claims) {
        if (!prepared.contains(claim.uid())) {
          missing.add(claim);
        }
      }
    }
    Map<String, PrepareAnswer> result = missing.isEmpty() ? Map.of() : prepare(driver, missing);
    if (result.values().stream().allMatch(answer -> answer.error().isEmpty())) {
      addPod(pod, claims);
    }
    return result;
  }

  /**
   * Ends a pod as the kubelet does: gives back its claims that no other pod uses.
   *
   * @return the errors of the call by UID
   */
  public Map<String, String> stopPod(String driver, PodId pod) {
    List<ClaimId> free = new ArrayList<>();
    synchronized (this) {
      List<ClaimId> own = pods.remove(pod);
      if (own != null) {
        free.addAll(own);
      }
      pods.values().forEach(free::removeAll);
    }
    return free.isEmpty() ? Map.of() : unprepare(driver, free);
  }

  private static void complete(String what, Collection<ClaimId> asked, Set<String> answered) {
    Set<String> uids = new LinkedHashSet<>();
    asked.forEach(claim -> uids.add(claim.uid()));
    for (String uid : answered) {
      if (!uids.contains(uid)) {
        throw new IllegalStateException(what + ": result for unknown claim UID " + uid);
      }
    }
    if (answered.size() < uids.size()) {
      throw new IllegalStateException(
          what + " skipped " + (uids.size() - answered.size()) + " ResourceClaims");
    }
  }

  private synchronized List<HeldPod> heldPods() {
    List<HeldPod> all = new ArrayList<>();
    pods.forEach((pod, claims) -> {
      List<HeldClaim> held = new ArrayList<>();
      for (ClaimId claim : claims) {
        Held answer = answers.get(claim.uid());
        held.add(
            new HeldClaim(
                answer == null ? "" : answer.driver(),
                claim.namespace(),
                claim.name(),
                answer == null ? List.of() : answer.answer().devices()));
      }
      all.add(
          new HeldPod(
              pod.namespace(),
              pod.name(),
              held,
              containers.getOrDefault(pod, List.of("main")),
              given.containsKey(pod) ? List.of(given.get(pod)) : List.of()));
    });
    return all;
  }

  private synchronized KubeletRun running() {
    KubeletRun now = run;
    if (now == null) {
      throw new IllegalStateException("the fake kubelet is stopped");
    }
    return now;
  }
}
