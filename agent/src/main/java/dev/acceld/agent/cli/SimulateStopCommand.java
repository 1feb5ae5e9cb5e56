package dev.acceld.agent.cli;

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
    description = "A process no longer uses a GPU; the process itself goes on.")
final class SimulateStopCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "GPU", index = "0", description = "which GPU")
  String device = "";

  @Option(names = "--pid", paramLabel = "PID", required = true, description = "which process")
  int pid;

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    SimulateCommand.Target gpu = parent.target(device);
    gpu.machine().processes().stop(gpu.name(), pid);
    parent.print(gpu.both() + ": process " + pid + " no longer uses it");
  }
}
