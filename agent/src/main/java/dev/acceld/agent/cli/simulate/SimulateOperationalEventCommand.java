package dev.acceld.agent.cli.simulate;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.nvidia.OperationalEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets the driver of a simulated machine report a GPU Operational Event. */
@Command(
    name = "operational-event",
    mixinStandardHelpOptions = true,
    description = {
      "The driver reports a GPU Operational Event; this needs a machine with driver 615 or newer.",
      "An agent with --nvidia-operational-events reads it, as in: acceld simulate"
          + " operational-event gpu-3 GPU-RAS 0x17 --severity recoverable --category 2"
    })
final class SimulateOperationalEventCommand implements Runnable {
  private static final Map<String, Integer> SEVERITIES =
      Map.of("informational", 10, "corrected", 20, "recoverable", 30, "fatal", 40);

  private static final Map<String, Integer> ATTRIBUTES = Map.of("overflow", 1 << 6);
  private static final Map<String, Integer> GROUP_ATTRIBUTES =
      Map.of("recovered", 1, "previous", 1 << 1, "simulated", 1 << 2);

  @ParentCommand @Nullable SimulateCommand simulate;

  @Parameters(paramLabel = "GPU", index = "0", description = "which GPU")
  String device = "";

  @Parameters(paramLabel = "MODULE", index = "1", description = "such as GPU-BUS")
  String module = "";

  @Parameters(paramLabel = "CODE", index = "2", description = "within the module, such as 0x0003")
  String code = "";

  @Option(
      names = "--severity",
      paramLabel = "WORD",
      defaultValue = "fatal",
      description = "informational, corrected, recoverable or fatal (default: fatal)")
  String severity = "";

  @Option(
      names = "--category",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "number of NVIDIA's category, such as 3 for an interconnect (default: 0)")
  String category = "";

  @Option(
      names = "--xid",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "the XID in its context (default: none); the XID itself is not reported")
  int xid;

  @Option(
      names = "--attribute",
      paramLabel = "WORD",
      description = "overflow, recovered, previous or simulated; may be repeated")
  List<String> attributes = new ArrayList<>();

  @Override
  public void run() {
    SimulateCommand parent = Objects.requireNonNull(simulate);
    SimulateCommand.Target gpu = parent.target(device);
    int own = OperationalEvent.PRIMARY;
    int ofGroup = 0;
    for (String word : attributes) {
      own |= ATTRIBUTES.getOrDefault(word, 0);
      ofGroup |= GROUP_ATTRIBUTES.getOrDefault(word, 0);
      if (!ATTRIBUTES.containsKey(word) && !GROUP_ATTRIBUTES.containsKey(word)) {
        throw new MachineException(
            "'" + word + "' is not an attribute; use overflow, recovered, previous or simulated");
      }
    }
    gpu.machine()
        .operationalEvent(
            gpu.name(),
            new OperationalEvent(
                module, number(code), number(category), severity(), own, ofGroup, xid));
    parent.print(gpu.both() + ": the driver reports operational event " + module + " " + code);
  }

  private int severity() {
    Integer number = SEVERITIES.get(severity);
    if (number == null) {
      throw new MachineException(
          "'"
              + severity
              + "' is not a severity; use informational, corrected, recoverable or fatal");
    }
    return number;
  }

  private static int number(String word) {
    try {
      return Integer.decode(word);
    } catch (NumberFormatException e) {
      throw new MachineException("'" + word + "' is not a number such as 3 or 0x0003", e);
    }
  }
}
