package dev.acceld.e2e.cli;

import dev.acceld.e2e.cluster.ClusterConfig;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells a script whether the cluster tests can run. */
@Command(
    name = "check",
    description =
        "Reports in one line whether a cluster can start here. Exit status 0: everything is built;"
            + " 3: something must be built first; 4: it cannot be built.")
final class Check implements Callable<Integer> {
  static final int READY = 0;
  static final int CAN_BE_BUILT = 3;
  static final int CANNOT = 4;

  @Mixin private Kind kind = new Kind();

  @Override
  public Integer call() {
    Cache cache = Cache.ofThisUser();
    ClusterConfig config = kind.config();
    Components components =
        new Components(cache, config.versions(), config.controllers(), line -> {});
    List<String> obstacles = components.obstacles();
    List<String> missing = components.missing();
    if (!obstacles.isEmpty()) {
      System.out.println("no cluster here: " + String.join("; ", obstacles));
      return CANNOT;
    }
    if (!missing.isEmpty()) {
      System.out.println(
          "to be built first, in " + cache.root() + ": " + String.join(", ", missing));
      return CAN_BE_BUILT;
    }
    System.out.println("everything is built, in " + cache.root());
    return READY;
  }
}
