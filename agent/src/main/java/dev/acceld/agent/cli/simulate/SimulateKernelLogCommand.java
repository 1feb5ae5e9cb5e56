package dev.acceld.agent.cli.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets the kernel of a simulated machine write a line to its log. */
@Command(
    name = "kernel-log",
    mixinStandardHelpOptions = true,
    description = {
      "The kernel writes a line to its log. The driver's library does not report it.",
      "An agent with --kernel-log reads it, as in: acceld simulate kernel-log 'NVRM: Xid"
          + " (PCI:0000:17:00): 79, GPU has fallen off the bus.'"
    })
final class SimulateKernelLogCommand implements Runnable {
  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "TEXT", arity = "1..*", description = "the line")
  List<String> words = new ArrayList<>();

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    parent.machine().kernelLine(String.join(" ", words));
    parent.print("the kernel log has one more line");
  }
}
