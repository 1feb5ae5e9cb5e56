package dev.acceld.dra.kubelet;

import dev.acceld.dra.standin.StandinKubelet;
import dev.acceld.dra.standin.StandinKubeletHooks;
import dev.acceld.dra.standin.StandinKubeletOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Plugins and a kubelet stand-in over one directory; short paths, as sockets want them. */
final class PluginRig implements AutoCloseable {
  static final String DRIVER = "acceld.dev";
  static final Duration PATIENCE = Duration.ofSeconds(10);

  final Path kubeletDir;
  final FakeClaims claims = new FakeClaims();
  final FakeHealth health = new FakeHealth();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  PluginRig() throws IOException {
    kubeletDir = Files.createTempDirectory("kl");
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

  StandinKubelet kubelet() throws IOException {
    return kubelet(StandinKubeletOptions.quick(), StandinKubeletHooks.NONE);
  }

  StandinKubelet kubelet(StandinKubeletOptions options, StandinKubeletHooks hooks)
      throws IOException {
    StandinKubelet kubelet = new StandinKubelet(kubeletDir, options, hooks);
    open.push(kubelet);
    kubelet.start();
    return kubelet;
  }

  @Override
  public void close() throws Exception {
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
