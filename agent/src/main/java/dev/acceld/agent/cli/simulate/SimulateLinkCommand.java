package dev.acceld.agent.cli.simulate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets a PCIe link of a simulated machine lose lanes. */
@Command(
    name = "link",
    mixinStandardHelpOptions = true,
    description = "Changes the width of a TPU chip's PCIe link.")
final class SimulateLinkCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "TPU", index = "0", description = "which chip")
  String device = "";

  @Parameters(
      paramLabel = "LANES",
      index = "1",
      description = "1 to 16; 0: the link is down; off: the chip is off the bus")
  String lanes = "";

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    SimulateCommand.Target tpu = parent.target(device);
    if (lanes.equals("off")) {
      tpu.machine().tpuLinks().silence(tpu.name());
      parent.print(tpu.both() + " is off the bus");
      return;
    }
    int number = lanes.matches("\\d{1,2}") ? Integer.parseInt(lanes) : -1;
    tpu.machine().tpuLinks().width(tpu.name(), number);
    parent.print(
        tpu.both() + (number == 0 ? ": the PCIe link is down" : ": the PCIe link is x" + lanes));
  }
}
