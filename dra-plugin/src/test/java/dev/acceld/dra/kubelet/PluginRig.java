package dev.acceld.dra.kubelet;

import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** Plugins and a fake kubelet over one directory; short paths, as sockets want them. */
final class PluginRig {
  static final String DRIVER = "acceld.dev";
  static final Duration PATIENCE = Duration.ofSeconds(10);

  final Path kubeletDir;
  final FakeClaims claims = new FakeClaims();
  final FakeHealth health = new FakeHealth();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  PluginRig() throws IOException {
    // Shorter than createTempDirectory's: names of full length must fit into a socket's path.
    String name = "kl" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    kubeletDir = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir", "/tmp"), name));
  }

  /** What the map must hold. */
  static <V> V at(Map<String, V> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  /** The directory that the path must have. */
  static Path directory(Path path) {
    return Objects.requireNonNull(path.getParent());
  }

  KubeletPlugin plugin(String instance) throws IOException {
    return plugin(instance, claims, KubeletPluginObserver.NONE);
  }

  KubeletPlugin plugin(String instance, FakeClaims claims, KubeletPluginObserver observer)
      throws IOException {
    KubeletTransport transport = transport();
    KubeletPlugin plugin =
        new KubeletPlugin(
            new KubeletSettings(DRIVER, "node-1", kubeletDir, instance),
            transport,
            claims,
            health,
            observer);
    open.push(() -> plugin.stop(Duration.ofSeconds(2)));
    return plugin;
  }

  /** One whose looks at the sockets hang there while the disk does. */
  KubeletPlugin plugin(String instance, Runnable beforeLook) throws IOException {
    KubeletPlugin plugin =
        new KubeletPlugin(
            new KubeletSettings(DRIVER, "node-1", kubeletDir, instance),
            transport(),
            claims,
            health,
            KubeletPluginObserver.NONE,
            HealthStreams.RESEND,
            beforeLook);
    open.push(() -> plugin.stop(Duration.ofSeconds(2)));
    return plugin;
  }

  KubeletPlugin started(String instance) throws IOException {
    KubeletPlugin plugin = plugin(instance);
    plugin.start();
    return plugin;
  }

  KubeletTransport transport() {
    KubeletTransport transport = new KubeletTransport();
    open.push(transport);
    return transport;
  }

  FakeKubelet kubelet() throws IOException {
    return kubelet(KubeletOptions.quick(), KubeletHooks.NONE);
  }

  FakeKubelet kubelet(KubeletOptions options, KubeletHooks hooks) throws IOException {
    FakeKubelet kubelet = new FakeKubelet(kubeletDir, options, hooks);
    open.push(kubelet);
    kubelet.start();
    return kubelet;
  }

  /** A kubelet that knows nothing of any before it; those are stopped. */
  FakeKubelet freshKubelet() throws IOException {
    for (AutoCloseable one : open) {
      if (one instanceof FakeKubelet kubelet) {
        kubelet.stop();
      }
    }
    return kubelet();
  }

  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    try (var files = Files.walk(kubeletDir)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
