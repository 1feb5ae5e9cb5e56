package dev.acceld.e2e.cli;

import dev.acceld.e2e.bench.PodLatency;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures on a cluster of its own. */
@Command(
    name = "bench",
    description =
        "Measures the start time of pods with and without a claim, on a new cluster with the image"
            + " just built. Takes about 15 minutes.")
final class BenchCommand implements Callable<Integer> {
  @Option(names = "--pods", description = "pods of each kind (default: ${DEFAULT-VALUE})")
  private int pods = 50;

  @Option(names = "--machine", description = "simulated hardware (default: ${DEFAULT-VALUE})")
  private String machine = "h100x8";

  @Option(names = "--image", description = "image archive (default: the one of this tree's build)")
  private String image = "";

  @Override
  public Integer call() {
    if (!image.isEmpty()) {
      System.setProperty("acceld.e2e.image", image);
    }
    System.out.println(PodLatency.run(machine, pods, Prepare::say));
    return 0;
  }
}
