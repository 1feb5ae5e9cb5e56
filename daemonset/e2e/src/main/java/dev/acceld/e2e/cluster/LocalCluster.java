package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import dev.acceld.e2e.components.Controller;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A real cluster on this machine, of one node or several. It lives as long as this object is open
 * and this process runs, and leaves nothing but a directory in the cache.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);

  private final ClusterConfig config;
  private final Cache cache;
  private final Home home;
  private final Relay relay;
  private final String token;
  private final List<NodeProcess> processes = new ArrayList<>();
  private final List<Node> nodes = new CopyOnWriteArrayList<>();

  private LocalCluster(ClusterConfig config, Cache cache, Home home) throws IOException {
    this.config = config;
    this.cache = cache;
    this.home = home;
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    this.token = HexFormat.of().formatHex(secret);
    this.relay = new Relay(home.path("run").resolve("api.sock"));
  }

  /**
   * Builds what is missing, then starts one and waits until its node is ready. Seconds when
   * everything is built, a quarter of an hour when nothing is.
   *
   * @throws dev.acceld.e2e.components.NotPossibleException when this machine cannot do it
   */
  public static LocalCluster start(Cache cache, ClusterConfig config, Consumer<String> progress) {
    new Components(cache, config.versions(), config.controllers(), progress).prepare();
    try {
      Home home = Home.claim(cache);
      LocalCluster cluster = new LocalCluster(config, cache, home);
      boolean up = false;
      try {
        Pki pki = new Pki(home.path("pki"));
        pki.ensure();
        pki.ensureWebhooks();
        for (int number = 1; number <= config.nodes(); number++) {
          pki.ensure(home.place(number));
        }
        cluster.boot();
        up = true;
        return cluster;
      } finally {
        if (!up) {
          cluster.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it was started as. */
  public ClusterConfig config() {
    return config;
  }

  /** Its first node as it runs now; another object after {@link #reboot}. */
  public Node node() {
    return nodes().getFirst();
  }

  /** All its nodes as they run now; the first has the control plane as well. */
  public List<Node> nodes() {
    List<Node> now = List.copyOf(nodes);
    if (now.isEmpty()) {
      throw new IllegalStateException("the cluster is down; its logs are in " + home.path("log"));
    }
    return now;
  }

  /**
   * The directory with its logs, one below it for each node but the first; also when it did not
   * start.
   */
  public Path logs() {
    return home.path("log");
  }

  /** How a client on this machine gets in, as one who may do everything. */
  public Config access() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + relay.port())
        .withCaCertFile(home.path("pki").resolve("ca.crt").toString())
        .withOauthToken(token)
        .withNamespace("default")
        .withRequestTimeout(30_000)
        .build();
  }

  /** The same for programs: written anew at each call, valid while the cluster is. */
  public Path kubeconfig() {
    Path file = home.path("run").resolve("kubeconfig");
    try {
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          clusters:
            - name: e2e
              cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s}
          users:
            - name: admin
              user: {token: %s}
          contexts:
            - name: e2e
              context: {cluster: e2e, user: admin}
          current-context: e2e
          """
              .formatted(relay.port(), home.path("pki").resolve("ca.crt"), token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /**
   * What a power failure does to all nodes: every process is gone at once, what was in memory file
   * systems too, the boot id is another; disks are as they were.
   */
  public void reboot() {
    try {
      halt();
      boot();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void boot() throws IOException {
    Readiness readiness =
        new Readiness(
            () -> processes.stream().allMatch(NodeProcess::alive), home.path("log"), START);
    List<ComponentFiles> files = new ArrayList<>();
    for (int number = 1; number <= config.nodes(); number++) {
      Place place = home.place(number);
      files.add(new ComponentFiles(config, place));
      files.getLast().write(token);
      enter(NodeProcess.start(place, config, cache, files.getLast()), readiness);
    }
    readiness.await("the API server", () -> readiness.apiServer(access()));
    // Before anything makes pods, which webhooks may have to see.
    new Extensions(cache, home.path("pki")).apply(access(), config.controllers());
    for (int i = 0; i < files.size(); i++) {
      files.get(i).later().forEach(nodes.get(i)::start);
    }
    readiness.await("all nodes", () -> readiness.nodes(access(), config.nodes()));
    for (Controller controller : config.controllers()) {
      readiness.await(
          "the controller " + controller.id(), () -> readiness.webhooks(node(), controller));
    }
  }

  private void enter(NodeProcess process, Readiness readiness) {
    processes.add(process);
    readiness.await("a node's namespaces", () -> process.waits() || process.entered());
    Node now = process.node();
    if (!nodes.isEmpty()) {
      process.wire(nodes.getFirst());
      readiness.await("a node's network", process::entered);
    }
    nodes.add(now);
    readiness.await("containerd", () -> now.exists("/run/containerd/containerd.sock"));
    readiness.await("the images of every cluster", () -> loadImages(now));
  }

  private boolean loadImages(Node now) {
    // A containerd that has just opened its socket may refuse the first call.
    if (now.command("ctr", "version").now().exit() != 0) {
      return false;
    }
    for (String image : List.of("pause", "busybox")) {
      now.load(cache.images().resolve(image + ".tar"));
    }
    return true;
  }

  private void halt() throws IOException {
    nodes.clear();
    processes.forEach(NodeProcess::kill);
    processes.clear();
    Cgroups.remove(home.name());
  }

  @Override
  public void close() {
    try {
      halt();
      relay.close();
      home.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
