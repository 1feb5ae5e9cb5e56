package dev.acceld.e2e.cli;

import dev.acceld.e2e.cluster.ClusterConfig;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Builds what a cluster needs. */
@Command(
    name = "prepare",
    description =
        "Builds what a cluster and its tests need, including Helm. Safe to repeat and to"
            + " interrupt.")
final class Prepare implements Callable<Integer> {
  @Mixin private Kind kind = new Kind();

  @Override
  public Integer call() {
    Cache cache = Cache.ofThisUser();
    ClusterConfig config = kind.config();
    new Components(cache, config.versions(), config.controllers(), Prepare::say).prepare();
    say("helm: " + Components.helm(cache, Prepare::say));
    say("ready in " + cache.root());
    return 0;
  }

  static void say(String line) {
    System.err.println("cluster: " + line);
  }
}
