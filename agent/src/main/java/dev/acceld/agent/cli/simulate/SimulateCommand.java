package dev.acceld.agent.cli.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acceld.agent.cli.AddedCommand;
import dev.acceld.agent.cli.Output;
import dev.acceld.agent.cli.SettingOptions;
import dev.acceld.agent.cli.text.Table;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.SimulatedDevice;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Changes the simulated machine of an agent that was started with {@code --machine}. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SimulateRunCommand.class,
      SimulateStopCommand.class,
      SimulateAerCommand.class,
      SimulateLinkCommand.class,
      SimulateRasCommand.class,
      SimulateBadPagesCommand.class,
      SimulateSurvivabilityCommand.class,
      SimulateResetCommand.class,
      SimulateKernelLogCommand.class,
      TpuWorkloadCommand.class
    },
    description =
        "Changes the simulated machine of an agent that runs with --machine. A device is named by"
            + " its position (gpu-3, amd-0, intel-0, tpu-0), its published name, its UUID or its"
            + " PCI address.")
public final class SimulateCommand implements Runnable, AddedCommand {
  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--state-dir",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = SettingOptions.STATE_DIR_HELP)
  @Nullable String stateDir;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "simulate needs a subcommand, such as 'acceld simulate xid gpu-3 79'");
    }
  }

  Simulation machine() {
    return Simulation.open(AgentConfig.machineRoot(SettingOptions.stateDir(stateDir)));
  }

  /**
   * One device of the machine.
   *
   * @param name the machine's own name for it
   * @param kind what it is
   * @param both as the user wrote it, and the other of its two names
   */
  record Target(Simulation machine, String name, Kind kind, String both) {}

  Target target(String word) {
    Simulation machine = machine();
    SimulatedNames names = new SimulatedNames(machine.devices());
    SimulatedDevice device = names.find(word);
    return new Target(machine, device.name(), device.kind(), names.both(word, device));
  }

  void print(String text) {
    if (spec != null) {
      spec.commandLine().getOut().println(text);
      spec.commandLine().getOut().flush();
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows the machine's devices: their positions and their published names.")
  void list(
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FORMAT",
              defaultValue = "table",
              description = "table or json (default: table)")
          Output output)
      throws JsonProcessingException {
    SimulatedNames names = new SimulatedNames(machine().devices());
    if (output == Output.JSON) {
      List<Object> all = new ArrayList<>();
      names.devices().forEach(d -> all.add(new Listed(d, names.published(d))));
      print(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all));
      return;
    }
    if (names.devices().isEmpty()) {
      print("This machine has no devices.");
      return;
    }
    Table table = new Table("DEVICE", "PUBLISHED", "MODEL", "UUID", "PCI");
    for (SimulatedDevice d : names.devices()) {
      table.row(
          d.name(),
          names.published(d),
          d.model(),
          d.uuid().isEmpty() ? "-" : d.uuid(),
          String.join(", ", d.pci()));
    }
    print(table.toString().stripTrailing());
  }

  /** A line of {@code list -o json}. */
  private record Listed(
      String device, String published, String model, String uuid, List<String> pci) {
    Listed(SimulatedDevice d, String published) {
      this(d.name(), published, d.model(), d.uuid(), d.pci());
    }
  }

  @Command(
      name = "xid",
      mixinStandardHelpOptions = true,
      description = "The driver reports an XID error of a GPU.")
  void xid(
      @Parameters(paramLabel = "GPU", description = "which GPU") String device,
      @Parameters(paramLabel = "CODE", description = "the XID, such as 79") int code) {
    Target gpu = target(device);
    gpu.machine().xid(gpu.name(), code);
    print(gpu.both() + ": the driver reports XID " + code);
  }

  @Command(
      name = "lose",
      mixinStandardHelpOptions = true,
      description = "A device stops responding.")
  void lose(
      @Parameters(paramLabel = "DEVICE", description = "which device") String device,
      @Option(
              names = "--off-the-bus",
              description = "its PCI function disappears too (that of a TPU chip always does)")
          boolean offTheBus) {
    Target lost = target(device);
    lost.machine().lose(lost.name(), offTheBus);
    print(
        lost.both()
            + (offTheBus ? " no longer responds and is off the PCI bus" : " no longer responds"));
  }

  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = "Brings a device back and clears its faults.")
  void restore(@Parameters(paramLabel = "DEVICE", description = "which device") String device) {
    Target back = target(device);
    back.machine().restore(back.name());
    print(back.both() + " is back, without faults");
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Sets readings of a GPU: temperature=85 utilization=100; the value 'auto' returns to the"
            + " simulated one.",
        "Keys: utilization, memory-utilization, encoder-utilization, decoder-utilization,"
            + " memory-used, temperature, memory-temperature, power, power-limit, sm-clock,"
            + " memory-clock, ecc-corrected, ecc-uncorrected, pcie-replays, recovery-action and"
            + " more; the error for an unknown key lists them all.",
        "AMD and Intel GPUs: utilization, power, power-limit, temperature, clock and others, and"
            + " throttle=none or a list of reasons."
      })
  void set(
      @Parameters(paramLabel = "GPU", index = "0", description = "which GPU") String device,
      @Parameters(
              paramLabel = "KEY=VALUE",
              index = "1..*",
              arity = "1..*",
              description = "the reading and its value")
          Map<String, String> values) {
    Target gpu = target(device);
    values.forEach((key, value) -> {
      gpu.machine().set(gpu.name(), key, value);
      print(gpu.both() + ": " + key + "=" + value);
    });
  }

  @Command(
      name = "hang",
      mixinStandardHelpOptions = true,
      description = "Calls of an NVML function hang.")
  void hang(
      @Parameters(paramLabel = "FUNCTION", description = "such as nvmlDeviceGetUtilizationRates")
          String function,
      @Parameters(paramLabel = "GPU", arity = "0..1", description = "for this GPU only")
          @Nullable String device) {
    if (device == null) {
      machine().hang(function);
      print(function + " no longer returns");
    } else {
      Target gpu = target(device);
      gpu.machine().hang(function, gpu.name());
      print(gpu.both() + ": " + function + " no longer returns");
    }
  }

  @Command(
      name = "unhang",
      mixinStandardHelpOptions = true,
      description = "Calls that hang return again.")
  void unhang(
      @Parameters(paramLabel = "FUNCTION", description = "the function given to hang")
          String function) {
    machine().unhang(function);
    print(function + " returns again, for all GPUs");
  }

  @Command(
      name = "fail",
      mixinStandardHelpOptions = true,
      description = "An NVML function returns an error; code 0 clears it.")
  void fail(
      @Parameters(paramLabel = "FUNCTION", description = "such as nvmlDeviceGetUtilizationRates")
          String function,
      @Parameters(paramLabel = "CODE", description = "an NVML return code, such as 15") int code,
      @Parameters(paramLabel = "GPU", arity = "0..1", description = "for this GPU only")
          @Nullable String device) {
    String does = function + (code == 0 ? " no longer fails" : " fails with code " + code);
    if (device == null) {
      machine().fail(function, code);
      print(does + (code == 0 ? ", for all GPUs" : ""));
    } else {
      Target gpu = target(device);
      gpu.machine().fail(function, gpu.name(), code);
      print(gpu.both() + ": " + does);
    }
  }

  @Command(
      name = "mig",
      mixinStandardHelpOptions = true,
      description = "Switches a GPU's MIG mode; its partitions are lost.")
  void mig(
      @Parameters(paramLabel = "GPU", description = "which GPU") String device,
      @Parameters(paramLabel = "on|off|pending", description = "pending: on after the next reset")
          String mode) {
    Target gpu = target(device);
    switch (mode) {
      case "on", "off" -> gpu.machine().mig(gpu.name(), mode.equals("on"));
      case "pending" -> gpu.machine().migPending(gpu.name(), true);
      default ->
          throw new MachineException("'" + mode + "' is not a MIG mode; use on, off or pending");
    }
    print(
        gpu.both()
            + (mode.equals("pending")
                ? ": MIG mode is on after the next reset"
                : ": MIG mode is " + mode));
  }

  @Command(
      name = "partition",
      mixinStandardHelpOptions = true,
      description = "Creates a partition of a GPU in MIG mode, as an administrator does.")
  void partition(
      @Parameters(paramLabel = "GPU", description = "which GPU") String device,
      @Parameters(paramLabel = "PROFILE", description = "such as 1g.10gb") String profile,
      @Parameters(paramLabel = "START", description = "its first memory slice, from 0") int start) {
    Target gpu = target(device);
    gpu.machine().partition(gpu.name(), profile, start);
    print(gpu.both() + ": partition " + profile + " is created at memory slice " + start);
  }

  @Command(
      name = "unload-driver",
      mixinStandardHelpOptions = true,
      description = "Unloads and removes NVIDIA's driver with its library.")
  void unloadDriver() {
    machine().unloadDriver();
    print("the driver is unloaded");
  }

  @Command(
      name = "load-driver",
      mixinStandardHelpOptions = true,
      description = "Installs and loads NVIDIA's driver again.")
  void loadDriver() {
    machine().loadDriver();
    print("the driver is loaded");
  }

  @Command(
      name = "reboot",
      mixinStandardHelpOptions = true,
      description = "Reboots the machine: it gets a new boot ID, and faults are cleared.")
  void reboot() {
    machine().reboot();
    print("the machine has rebooted");
  }
}
