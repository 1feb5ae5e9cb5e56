package dev.acceld.fake.kubelet;

import dev.acceld.fake.kubelet.PodResourcesServer.HeldPod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One life of the fake kubelet, from its start to its stop. */
final class KubeletRun implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("fake-kubelet").daemon().factory());
  private final ExecutorService workers =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().name("fake-registrar-", 1).daemon().factory());
  private final HealthBoard health;
  private final PluginSet plugins;
  private final PodResourcesServer podResources;

  KubeletRun(
      Path kubeletDir,
      KubeletOptions options,
      KubeletHooks hooks,
      Supplier<List<HeldPod>> pods,
      Supplier<Map<String, List<String>>> devicePlugins)
      throws IOException {
    podResources = new PodResourcesServer(kubeletDir, pods, devicePlugins);
    health = new HealthBoard(options.healthStale());
    plugins = new PluginSet(kubeletDir, options, hooks, health, timer);
    PluginWatcher watcher =
        new PluginWatcher(kubeletDir.resolve("plugins_registry"), plugins, workers);
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(
            watcher::look, 0, options.look().toMillis(), TimeUnit.MILLISECONDS);
  }

  PluginSet plugins() {
    return plugins;
  }

  Map<String, ReportedHealth> health() {
    return health.now();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
    plugins.close();
    podResources.close();
  }
}
