package dev.acceld.e2e.junit;

import dev.acceld.e2e.cluster.ClusterConfig;
import dev.acceld.e2e.cluster.LocalCluster;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster that runs now. There is one at a time: whoever asks for another kind ends it. JUnit
 * closes this after the last test.
 */
final class Clusters implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Clusters.class);

  private final Suite suite;
  private @Nullable Cluster current;
  private @Nullable ClusterConfig kind;

  Clusters(Suite suite) {
    this.suite = suite;
  }

  synchronized Cluster cluster(ClusterConfig wanted) {
    Cluster running = current;
    if (running != null && wanted.equals(kind)) {
      return running;
    }
    close();
    Cluster started =
        suite
            .kubeconfig()
            .map(Cluster::of)
            .orElseGet(() -> Cluster.of(LocalCluster.start(Cache.ofThisUser(), wanted, LOG::info)));
    LOG.info("cluster: Kubernetes {}", started.client().getKubernetesVersion().getGitVersion());
    current = started;
    kind = wanted;
    return started;
  }

  /**
   * Copies the components' logs and how the test's objects stood to where the build's output is.
   */
  synchronized void keepEvidence(String test, Optional<Workspace> workspace) {
    Cluster running = current;
    if (running == null) {
      return;
    }
    Path directory = suite.output().resolve(test);
    try {
      Files.createDirectories(directory);
      if (workspace.isPresent()) {
        Files.writeString(directory.resolve("objects.txt"), workspace.get().describe());
      }
      if (running.local().isPresent()) {
        copy(running.local().get().logs(), directory);
      }
      Evidence.podLogs(running, directory);
      LOG.info("logs of {} are in {}", test, directory);
    } catch (IOException | RuntimeException e) {
      LOG.warn("some logs of {} could not be saved in {}", test, directory, e);
    }
  }

  private static void copy(Path logs, Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = directory.resolve(logs.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Override
  public synchronized void close() {
    Cluster running = current;
    current = null;
    kind = null;
    if (running != null) {
      running.close();
    }
  }
}
