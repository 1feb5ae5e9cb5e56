package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A real cluster of one node on this machine. It lives as long as this object is open and this
 * process runs, and leaves nothing but a directory in the cache.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);

  private final ClusterConfig config;
  private final Cache cache;
  private final Home home;
  private final Relay relay;
  private final String token;
  private @Nullable Process process;
  private @Nullable Node node;

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
    new Components(cache, config.versions(), progress).prepare();
    try {
      Home home = Home.claim(cache);
      LocalCluster cluster = new LocalCluster(config, cache, home);
      boolean up = false;
      try {
        new Pki(home.path("pki")).ensure();
        new ComponentFiles(config).write(home.path("run"), cluster.token);
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

  /** Its node as it runs now; another object after {@link #reboot}. */
  public Node node() {
    Node now = node;
    if (now == null) {
      throw new IllegalStateException("the cluster is down; its logs are in " + home.path("log"));
    }
    return now;
  }

  /** The directory with its logs, also when it did not start. */
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
   * What a power failure does to a node: every process is gone at once, what was in memory file
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
    Path run = home.path("run");
    ComponentFiles files = new ComponentFiles(config);
    // They would end and count the seconds to their next try: they begin when there is whom to talk
    // to.
    List<String> later = List.of("controllers", "scheduler", "kubelet");
    for (String name : later) {
      Files.writeString(run.resolve("hold." + name), "");
    }
    Files.deleteIfExists(run.resolve("entered"));
    script("node.sh");
    ProcessBuilder builder = new ProcessBuilder("bash", script("enter.sh").toString());
    Map<String, String> environment = builder.environment();
    environment.put("NAME", home.name());
    environment.put("CGROUPS", String.join(" ", Cgroups.controllers()));
    environment.put("HOME_DIR", home.directory().toString());
    environment.put("TREE", cache.tree().toString());
    environment.put("CONTROL_PLANE", cache.kubernetes(config.version()).resolve("bin").toString());
    environment.put("KUBELET", cache.kubernetes(config.kubeletVersion()).resolve("bin").toString());
    environment.put("BOOT_ID", UUID.randomUUID().toString());
    environment.put("COMPONENTS", String.join(" ", files.names()));
    builder
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(home.path("log").resolve("node.log").toFile()));
    Process started = builder.start();
    process = started;
    Readiness readiness = new Readiness(started, home.path("log"), START);
    readiness.await("the node's namespaces", () -> Files.exists(run.resolve("entered")));
    Node now = new Node(home, started.children().findFirst().orElseThrow().pid());
    node = now;
    readiness.await("containerd", () -> now.exists("/run/containerd/containerd.sock"));
    readiness.await("the images of every cluster", () -> loadImages(now));
    readiness.await("the API server", () -> readiness.apiServer(access()));
    later.forEach(now::start);
    readiness.await("the node", () -> readiness.node(access()));
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

  private Path script(String name) throws IOException {
    Path file = home.path("run").resolve(name);
    try (InputStream in = LocalCluster.class.getResourceAsStream(name);
        OutputStream out = Files.newOutputStream(file)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      in.transferTo(out);
    }
    return file;
  }

  private void halt() throws IOException {
    Process running = process;
    process = null;
    node = null;
    if (running != null) {
      running.children().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
      try {
        running.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
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
