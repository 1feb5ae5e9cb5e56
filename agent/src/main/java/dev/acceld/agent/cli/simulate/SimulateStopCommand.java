package dev.acceld.agent.cli.simulate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Ends what {@link SimulateRunCommand} began. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "A process no longer uses a device; the process itself goes on.")
final class SimulateStopCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "DEVICE", index = "0", description = "which device")
  String device = "";

  @Option(names = "--pid", paramLabel = "PID", required = true, description = "which process")
  int pid;

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    SimulateCommand.Target target = parent.target(device);
    if (target.machine().holders().isUsedByFile(target.name())) {
      target.machine().holders().close(target.name(), pid);
    } else {
      target.machine().processes().stop(target.name(), pid);
    }
    parent.print(target.both() + ": process " + pid + " no longer uses it");
  }
}
