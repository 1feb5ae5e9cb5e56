package dev.acceld.e2e.cli;

import dev.acceld.e2e.cluster.LocalCluster;
import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.components.Cache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A cluster to try things on. */
@Command(
    name = "up",
    description = "Starts a cluster and keeps it until this process is ended (Ctrl-C).")
final class Up implements Callable<Integer> {
  @Mixin private Kind kind = new Kind();

  @Option(names = "--load", paramLabel = "ARCHIVE", description = "image archives to import")
  private List<Path> archives = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    LocalCluster cluster = LocalCluster.start(Cache.ofThisUser(), kind.config(), Prepare::say);
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
    for (Node node : cluster.nodes()) {
      archives.forEach(node::load);
    }
    Prepare.say("logs in " + cluster.logs());
    for (Node node : cluster.nodes()) {
      Prepare.say(
          "a shell on " + node.name() + ": " + String.join(" ", node.command("bash").command()));
    }
    Prepare.say("the cluster runs until this command ends; the next line is for your shell");
    System.out.println("export KUBECONFIG=" + cluster.kubeconfig());
    new CountDownLatch(1).await();
    return 0;
  }
}
