package dev.acceld.agent.cli.simulate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets the firmware of a simulated Intel GPU fail. */
@Command(
    name = "survivability",
    mixinStandardHelpOptions = true,
    description =
        "The driver xe declares an Intel GPU wedged and in survivability mode, in which only new"
            + " firmware helps; 'restore' ends it.")
final class SimulateSurvivabilityCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "GPU", description = "which GPU")
  String device = "";

  @Override
  public void run() {
    SimulateCommand.Target gpu = Objects.requireNonNull(simulate).target(device);
    gpu.machine().drm().survivability(gpu.name());
    Objects.requireNonNull(simulate).print(gpu.both() + " is in survivability mode");
  }
}
