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
    description = "Changes the width of a device's PCIe link. For NVIDIA GPUs, use 'set'.")
final class SimulateLinkCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "DEVICE", index = "0", description = "which device")
  String device = "";

  @Parameters(
      paramLabel = "LANES",
      index = "1",
      description = "1 to 16; 0: the link is down; off: the device is off the bus")
  String lanes = "";

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    SimulateCommand.Target target = parent.target(device);
    if (lanes.equals("off")) {
      target.machine().links().silence(target.name());
      parent.print(target.both() + " is off the bus");
      return;
    }
    int number = lanes.matches("\\d{1,2}") ? Integer.parseInt(lanes) : -1;
    target.machine().links().width(target.name(), number);
    parent.print(
        target.both() + (number == 0 ? ": the PCIe link is down" : ": the PCIe link is x" + lanes));
  }
}
