package dev.acceld.agent.cli.simulate;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets the kernel of a simulated machine count PCIe errors. */
@Command(
    name = "aer",
    mixinStandardHelpOptions = true,
    description =
        "The kernel counts PCIe errors of a device (Advanced Error Reporting). What NVIDIA's driver"
            + " counts itself, 'set' changes.")
final class SimulateAerCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "DEVICE", index = "0", description = "which device")
  String device = "";

  @Parameters(
      paramLabel = "correctable|nonfatal|fatal",
      index = "1",
      description = "how grave the errors are")
  String severity = "";

  @Parameters(
      paramLabel = "COUNT",
      index = "2",
      arity = "0..1",
      defaultValue = "1",
      description = "how many, up to 1000 (default: 1)")
  int count;

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    SimulateCommand.Target target = parent.target(device);
    Severity kind =
        switch (severity) {
          case "correctable" -> Severity.CORRECTABLE;
          case "nonfatal" -> Severity.NONFATAL;
          case "fatal" -> Severity.FATAL;
          default ->
              throw new MachineException(
                  "'" + severity + "' is no kind of error; use correctable, nonfatal or fatal");
        };
    target.machine().links().errors(target.name(), kind, count);
    parent.print(
        target.both()
            + ": "
            + count
            + " "
            + severity
            + (count == 1 ? " PCIe error" : " PCIe errors"));
  }
}
