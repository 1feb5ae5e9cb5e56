package dev.acceld.agent.cli.simulate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets resets of a simulated device fail. */
@Command(
    name = "reset-fails",
    mixinStandardHelpOptions = true,
    description = "The next resets of a device fail; 0 lets them succeed again.")
final class SimulateResetCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand parent;

  @Parameters(index = "0", paramLabel = "DEVICE", description = "which device")
  String device = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "N",
      defaultValue = "1",
      description = "how many resets (default: 1)")
  int times;

  @Override
  public void run() {
    SimulateCommand simulate = Objects.requireNonNull(parent);
    SimulateCommand.Target gpu = simulate.target(device);
    gpu.machine().resets().fail(gpu.name(), times);
    simulate.print(
        gpu.both()
            + (times == 0
                ? ": resets succeed again"
                : times == 1 ? ": the next reset fails" : ": the next " + times + " resets fail"));
  }
}
