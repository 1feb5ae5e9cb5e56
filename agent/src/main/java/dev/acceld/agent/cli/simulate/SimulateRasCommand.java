package dev.acceld.agent.cli.simulate;

import dev.acceld.machine.drm.DrmFaults.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets the driver of a simulated AMD or Intel GPU count memory errors. */
@Command(
    name = "ras",
    mixinStandardHelpOptions = true,
    description =
        "The driver of an AMD GPU counts errors of a block of the GPU (RAS) and writes them to the"
            + " kernel log, or the driver of an Intel GPU those of a counter.")
final class SimulateRasCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "GPU", index = "0", description = "which GPU")
  String device = "";

  @Parameters(
      paramLabel = "BLOCK",
      index = "1",
      description = "such as umc, gfx or sdma; Intel: such as fatal_guc or correctable_slm")
  String block = "";

  @Option(names = "--uncorrectable", paramLabel = "N", description = "errors that lost data")
  int uncorrectable;

  @Option(names = "--correctable", paramLabel = "N", description = "errors that were corrected")
  int correctable;

  @Option(
      names = "--deferred",
      paramLabel = "N",
      description = "errors that lose data when it is used")
  int deferred;

  @Override
  public void run() {
    SimulateCommand.Target gpu = Objects.requireNonNull(simulate).target(device);
    gpu.machine().drm().ras(gpu.name(), block, new Errors(uncorrectable, correctable, deferred));
    List<String> said = new ArrayList<>();
    say(said, uncorrectable, "uncorrectable");
    say(said, correctable, "correctable");
    say(said, deferred, "deferred");
    Objects.requireNonNull(simulate)
        .print(gpu.both() + ": " + String.join(" and ", said) + " in " + block);
  }

  private static void say(List<String> said, int count, String kind) {
    if (count > 0) {
      said.add(count + " " + kind + (count == 1 ? " error" : " errors"));
    }
  }
}
