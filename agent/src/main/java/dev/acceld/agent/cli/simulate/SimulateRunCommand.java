package dev.acceld.agent.cli.simulate;

import dev.acceld.machine.GpuProcesses.Use;
import dev.acceld.machine.description.ByteSize;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets a process use a device of a simulated machine. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "A running process of this machine uses a device: an NVIDIA GPU until it ends or 'stop'"
            + " ends its use, another device until 'stop'.")
final class SimulateRunCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "DEVICE", index = "0", description = "which device")
  String device = "";

  @Option(names = "--pid", paramLabel = "PID", required = true, description = "which process")
  int pid;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "0",
      description = "GPU memory that it has, such as 20GiB (default: 0)")
  String memory = "0";

  @Option(
      names = "--sm",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "share of time that it keeps the multiprocessors busy (default: 0)")
  int sm;

  @Option(names = "--graphics", description = "it draws (default: it computes)")
  boolean graphics;

  @Option(
      names = "--partition",
      paramLabel = "UUID",
      description = "the MIG partition that it runs on, as 'acceld devices NAME' shows it")
  @Nullable String partition;

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    SimulateCommand.Target target = parent.target(device);
    if (target.machine().holders().isUsedByFile(target.name())) {
      if (!memory.equals("0") || sm != 0 || graphics || partition != null) {
        throw new MachineException(
            target.both()
                + " is "
                + target.kind().words()
                + ": leave out --memory, --sm, --graphics and --partition"
                + (target.kind() == Kind.TPU
                    ? "; 'acceld simulate tpu-workload' serves the readings of a workload"
                    : "; 'acceld simulate set' changes its readings"));
      }
      target.machine().holders().open(target.name(), pid);
      parent.print(target.both() + ": process " + pid + " has it open");
      return;
    }
    Use use = new Use(bytes(), sm, graphics, Optional.ofNullable(partition));
    target.machine().processes().run(target.name(), pid, use);
    parent.print(target.both() + ": process " + pid + " uses it");
  }

  private long bytes() {
    try {
      return ByteSize.parse(memory);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new MachineException("--memory: '" + memory + "' is not " + ByteSize.FORM);
    }
  }
}
