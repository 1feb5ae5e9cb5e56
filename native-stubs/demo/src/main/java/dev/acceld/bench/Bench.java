package dev.acceld.bench;

import java.io.PrintStream;
import java.util.Optional;

/** Entry point of the benchmarks; {@code agent/bin/bench} starts it. */
public final class Bench {
  private Bench() {}

  /** Runs the benchmark of that name. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    try {
      run(args, out);
    } catch (IllegalArgumentException e) {
      out.println("bench: " + e.getMessage());
      out.println(
          "usage: bench prepare [CLAIMS] | bench prepare-mig [CLAIMS] | bench footprint [SECONDS]"
              + " | bench memory [CLAIMS [SECONDS]] | bench sample [SECONDS] | bench tpu [CLAIMS]"
              + " | bench scrape [SCRAPES] | bench page [TIMES] | bench top [TIMES]"
              + " | bench discovery [TIMES]");
    }
  }

  private static void run(String[] args, PrintStream out) throws Exception {
    switch (args.length == 0 ? "" : args[0]) {
      case "prepare" -> new PrepareBench(out, count(args, 2000), false).run(kubeconfig());
      case "prepare-mig" -> new PrepareBench(out, count(args, 500), true).run(kubeconfig());
      case "footprint" -> new FootprintBench(out, count(args, 60)).run();
      case "memory" -> new MemoryBench(out, count(args, 4000), seconds(args)).run();
      case "churn" -> new ChurnBench(out, count(args, 3600)).run();
      case "tpu" -> new TpuBench(out, count(args, 1000)).run();
      case "discovery" -> new DiscoveryBench(out, count(args, 200)).run();
      case "sample" -> new SampleBench(out, count(args, 20)).run();
      case "top" -> new TopBench(out, count(args, 20)).run();
      case "page" -> new PageBench(out, count(args, 200)).run();
      case "scrape" -> new ScrapeBench(out, count(args, 500)).run();
      default -> throw new IllegalArgumentException("say which benchmark");
    }
  }

  private static int count(String[] args, int otherwise) {
    return args.length > 1 ? Integer.parseInt(args[1]) : otherwise;
  }

  private static int seconds(String[] args) {
    return args.length > 2 ? Integer.parseInt(args[2]) : 3600;
  }

  private static Optional<String> kubeconfig() {
    return Optional.ofNullable(System.getenv("KUBECONFIG")).filter(k -> !k.isBlank());
  }
}
