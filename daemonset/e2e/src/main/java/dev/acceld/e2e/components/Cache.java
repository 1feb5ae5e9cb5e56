package dev.acceld.e2e.components;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/**
 * The directory where built things stay from one run to the next. A thing is there when its mark
 * is: what was interrupted is done again.
 */
public record Cache(Path root) {

  /**
   * {@code acceld.e2e.cache}, {@code ACCELD_E2E_CACHE}, else {@code acceld/e2e} below the user's
   * cache directory.
   */
  public static Cache ofThisUser() {
    String property = System.getProperty("acceld.e2e.cache", "");
    String variable = System.getenv().getOrDefault("ACCELD_E2E_CACHE", "");
    String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    if (!property.isEmpty()) {
      return new Cache(Path.of(property).toAbsolutePath());
    }
    if (!variable.isEmpty()) {
      return new Cache(Path.of(variable).toAbsolutePath());
    }
    Path caches = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
    return new Cache(caches.resolve("acceld/e2e").toAbsolutePath());
  }

  /** The root file system of the node. */
  public Path tree() {
    return root.resolve("tree-" + Versions.DEBIAN);
  }

  /** The directory of one Kubernetes: {@code bin} and how it was built. */
  public Path kubernetes(String version) {
    return root.resolve("kubernetes").resolve(version);
  }

  /** What all controllers are below. */
  public Path controllers() {
    return root.resolve("controllers");
  }

  /** A controller's {@code manager}, and {@code crd} and {@code webhook} with its manifests. */
  public Path controller(Controller controller) {
    return controllers().resolve(controller.id()).resolve(controller.version());
  }

  /** The OpenTelemetry collector; among the controllers, since a node sees those. */
  public Path collector() {
    return controllers().resolve("otelcol").resolve(Versions.COLLECTOR);
  }

  /** The program that reads dashboards as Grafana's SDK does. */
  Path dashboardReader() {
    return root.resolve("dashboards").resolve(Versions.GRAFANA_SDK);
  }

  /** Commands that are not the node's. */
  public Path bin() {
    return root.resolve("bin");
  }

  /** Image archives that every cluster has. */
  public Path images() {
    return root.resolve("images");
  }

  /** Whether what is built in that directory is complete. */
  public boolean has(Path directory) {
    return Files.exists(directory.resolve(".complete"));
  }

  /** Says that what is built in that directory is complete. */
  public void complete(Path directory) throws IOException {
    Files.writeString(directory.resolve(".complete"), "");
  }

  /** Runs it while no other process of this machine builds in this cache. */
  public <T> T exclusively(Supplier<T> work) {
    try {
      Files.createDirectories(root);
      try (FileChannel file =
              FileChannel.open(
                  root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        if (!lock.isValid()) {
          throw new IOException("no lock on " + root);
        }
        return work.get();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
