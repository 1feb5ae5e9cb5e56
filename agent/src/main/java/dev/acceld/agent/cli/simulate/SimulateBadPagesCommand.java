package dev.acceld.agent.cli.simulate;

import dev.acceld.machine.description.MachineException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets the driver of a simulated AMD GPU find bad pages of memory. */
@Command(
    name = "bad-pages",
    mixinStandardHelpOptions = true,
    description = "The driver of an AMD GPU lists bad pages of memory.")
final class SimulateBadPagesCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "GPU", index = "0", description = "which GPU")
  String device = "";

  @Parameters(
      paramLabel = "retired|pending|failed",
      index = "1",
      description = "out of use; out of use after the next reset; cannot be taken out of use")
  String status = "";

  @Parameters(
      paramLabel = "COUNT",
      index = "2",
      arity = "0..1",
      defaultValue = "1",
      description = "how many (default: 1)")
  int count;

  @Override
  public void run() {
    SimulateCommand.Target gpu = Objects.requireNonNull(simulate).target(device);
    char letter =
        switch (status) {
          case "retired" -> 'R';
          case "pending" -> 'P';
          case "failed" -> 'F';
          default ->
              throw new MachineException(
                  "'" + status + "' is not a status of a page; use retired, pending or failed");
        };
    gpu.machine().drm().badPages(gpu.name(), count, letter);
    Objects.requireNonNull(simulate)
        .print(gpu.both() + ": " + count + (count == 1 ? " bad page, " : " bad pages, ") + status);
  }
}
