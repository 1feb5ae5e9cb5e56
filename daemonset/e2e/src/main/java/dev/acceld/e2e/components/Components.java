package dev.acceld.e2e.components;

import dev.acceld.tools.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Everything that a cluster of these Kubernetes versions with these controllers is made of, and
 * whether it is here.
 */
public final class Components {
  private final Cache cache;
  private final Set<String> versions;
  private final Set<Controller> controllers;
  private final DebianTree tree;
  private final GoBuilds builds;
  private final Consumer<String> progress;

  /**
   * Nothing is built yet.
   *
   * @param versions of Kubernetes
   * @param progress told in a sentence what begins
   */
  public Components(
      Cache cache, Set<String> versions, Set<Controller> controllers, Consumer<String> progress) {
    this.cache = cache;
    this.versions = Set.copyOf(versions);
    this.controllers = Set.copyOf(controllers);
    this.tree = new DebianTree(cache);
    this.builds = new GoBuilds(cache, progress);
    this.progress = progress;
  }

  /** What is not in the cache, in words; empty when a cluster can start at once. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (!tree.there()) {
      missing.add("the node's file system (a minute)");
    }
    for (String version : versions) {
      if (!builds.hasKubernetes(version)) {
        missing.add("Kubernetes " + version + " (ten minutes on two cores)");
      }
    }
    for (Controller controller : controllers) {
      if (!builds.hasController(controller)) {
        missing.add(controller.moduleAtVersion() + " (two to five minutes on two cores)");
      }
    }
    if (!cache.has(cache.images())) {
      missing.add("images");
    }
    return missing;
  }

  /** Why what is missing cannot be built here; empty when it can. */
  public List<String> obstacles() {
    List<String> obstacles = new ArrayList<>(Machine.obstacles());
    if (!tree.there()) {
      Debootstrap.obstacle().ifPresent(obstacles::add);
    }
    if (!versions.stream().allMatch(builds::hasKubernetes)
        || !controllers.stream().allMatch(builds::hasController)) {
      GoBuilds.obstacle().ifPresent(obstacles::add);
    }
    return obstacles;
  }

  /** Builds what is missing. A second process that wants the same waits for the first. */
  public void prepare() {
    List<String> obstacles = obstacles();
    if (!obstacles.isEmpty()) {
      throw new NotPossibleException(String.join("; ", obstacles));
    }
    if (missing().isEmpty()) {
      return;
    }
    cache.exclusively(() -> {
      if (!tree.there()) {
        progress.accept("building the node's file system");
        tree.build();
      }
      if (!cache.has(cache.images())) {
        Images.build(cache);
      }
      for (String version : versions) {
        if (!builds.hasKubernetes(version)) {
          builds.kubernetes(version);
        }
      }
      for (Controller controller : controllers) {
        if (!builds.hasController(controller)) {
          builds.controller(controller);
        }
      }
      return cache;
    });
  }

  /** Helm: {@code acceld.e2e.helm}, the one of the PATH, or one that is built into the cache. */
  public static Path helm(Cache cache, Consumer<String> progress) {
    String named = System.getProperty("acceld.e2e.helm", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    Optional<Path> installed = Run.find("helm");
    if (installed.isPresent()) {
      return installed.get();
    }
    Path ours = cache.bin().resolve("helm");
    if (Files.isExecutable(ours)) {
      return ours;
    }
    GoBuilds.obstacle()
        .ifPresent(why -> {
          throw new NotPossibleException("helm is not on the PATH, and it cannot be built: " + why);
        });
    return cache.exclusively(() -> new GoBuilds(cache, progress).helm());
  }

  /** Makes sure that there is an OpenTelemetry collector. */
  public static void collector(Cache cache, Consumer<String> progress) {
    if (!cache.has(cache.collector())) {
      GoBuilds.obstacle()
          .ifPresent(why -> {
            throw new NotPossibleException("the OpenTelemetry collector cannot be built: " + why);
          });
      cache.exclusively(() -> new GoBuilds(cache, progress).collector());
    }
  }

  /**
   * The program that reads the dashboards that are its arguments as Grafana's SDK does; what is
   * wrong is in its output, and its exit status is 1 then.
   */
  public static Path dashboardReader(Cache cache, Consumer<String> progress) {
    if (!cache.has(cache.dashboardReader())) {
      GoBuilds.obstacle()
          .ifPresent(why -> {
            throw new NotPossibleException("the reader of dashboards cannot be built: " + why);
          });
    }
    return cache.exclusively(() -> new GoBuilds(cache, progress).dashboardReader());
  }
}
