package dev.acceld.agent.cli;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import dev.acceld.machine.MachineException;
import dev.acceld.machine.SimulatedDevice;
import dev.acceld.machine.Simulation;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Changes the make-believe machine of an agent that was started with {@code --machine}. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "WHAT",
    description =
        "Changes the make-believe machine of an agent that runs with --machine. A device is gpu-3 or"
            + " tpu-0 (its position), or its name, UUID or PCI address.")
final class SimulateCommand implements Runnable {
  private static final Pattern PUBLISHED_GPU = Pattern.compile("gpu-([0-9a-f]{8})");
  private static final Pattern PUBLISHED_TPU =
      Pattern.compile("tpu-([0-9a-f]{4,8})-([0-9a-f]{2})-([0-9a-f]{2})");

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--state-dir",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "the agent's state directory (default: ACCELD_STATE_DIR, else /var/lib/acceld)")
  @Nullable String stateDir;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "say what to simulate: 'acceld simulate xid gpu-3 79'");
    }
  }

  private Simulation machine() {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    if (stateDir != null) {
      flags.put(Setting.STATE_DIR, stateDir);
    }
    RawSettings raw = RawSettings.of(flags, System.getenv(), Optional.empty());
    Path dir = ConfigReader.read(raw).stateDir();
    return Simulation.open(AgentConfig.machineRoot(dir));
  }

  /**
   * The machine knows positions, UUIDs and PCI addresses; the published names are made of these.
   */
  private String resolve(String device) {
    Matcher gpu = PUBLISHED_GPU.matcher(device);
    Matcher tpu = PUBLISHED_TPU.matcher(device);
    if (gpu.matches()) {
      for (SimulatedDevice d : machine().devices()) {
        if (d.uuid().startsWith("GPU-" + gpu.group(1))) {
          return d.name();
        }
      }
    }
    return tpu.matches() ? tpu.group(1) + ":" + tpu.group(2) + ":" + tpu.group(3) : device;
  }

  private void print(String text) {
    if (spec != null) {
      spec.commandLine().getOut().println(text);
      spec.commandLine().getOut().flush();
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows the machine's devices by position.")
  void list() {
    Table table = new Table("DEVICE", "MODEL", "UUID", "PCI");
    for (SimulatedDevice d : machine().devices()) {
      table.row(d.name(), d.model(), d.uuid(), String.join(", ", d.pci()));
    }
    print(table.toString().stripTrailing());
  }

  @Command(
      name = "xid",
      mixinStandardHelpOptions = true,
      description = "The driver reports an XID error of a GPU.")
  void xid(
      @Parameters(paramLabel = "GPU", description = "which GPU") String device,
      @Parameters(paramLabel = "CODE", description = "the XID, such as 79") int code) {
    machine().xid(resolve(device), code);
    print(device + ": XID " + code + " is reported");
  }

  @Command(
      name = "lose",
      mixinStandardHelpOptions = true,
      description = "A device does not answer any more.")
  void lose(
      @Parameters(paramLabel = "DEVICE", description = "which device") String device,
      @Option(
              names = "--off-the-bus",
              description = "its PCI function goes too (a TPU chip's always does)")
          boolean offTheBus) {
    machine().lose(resolve(device), offTheBus);
    print(device + " does not answer any more");
  }

  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = "A device is as it was before its faults.")
  void restore(@Parameters(paramLabel = "DEVICE", description = "which device") String device) {
    machine().restore(resolve(device));
    print(device + " is as it was before its faults");
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Sets readings of a GPU: temperature=85 utilization=100; auto lets one go.",
        "Keys: utilization, memory-utilization, encoder-utilization, decoder-utilization, memory-used, temperature, memory-temperature, power, power-limit, sm-clock, memory-clock, ecc-corrected, ecc-uncorrected, pcie-replays, recovery-action and more; an unknown one names them all."
      })
  void set(
      @Parameters(paramLabel = "GPU", index = "0", description = "which GPU") String device,
      @Parameters(paramLabel = "KEY=VALUE", index = "1..*", arity = "1..*", description = "what")
          Map<String, String> values) {
    Simulation machine = machine();
    values.forEach((key, value) -> {
      machine.set(resolve(device), key, value);
      print(device + ": " + key + "=" + value);
    });
  }

  @Command(
      name = "hang",
      mixinStandardHelpOptions = true,
      description = "Calls of a library function do not come back.")
  void hang(
      @Parameters(paramLabel = "FUNCTION", description = "such as nvmlDeviceGetUtilizationRates")
          String function,
      @Parameters(paramLabel = "GPU", arity = "0..1", description = "for this GPU only")
          @Nullable String device) {
    if (device == null) {
      machine().hang(function);
    } else {
      machine().hang(function, resolve(device));
    }
    print(function + " does not come back any more");
  }

  @Command(
      name = "unhang",
      mixinStandardHelpOptions = true,
      description = "Calls that hang come back again.")
  void unhang(
      @Parameters(paramLabel = "FUNCTION", description = "as given to hang") String function) {
    machine().unhang(function);
    print(function + " comes back again");
  }

  @Command(
      name = "fail",
      mixinStandardHelpOptions = true,
      description = "A library function answers with an error; 0 ends that.")
  void fail(
      @Parameters(paramLabel = "FUNCTION", description = "such as nvmlDeviceGetUtilizationRates")
          String function,
      @Parameters(paramLabel = "CODE", description = "an NVML return code, such as 15") int code,
      @Parameters(paramLabel = "GPU", arity = "0..1", description = "for this GPU only")
          @Nullable String device) {
    if (device == null) {
      machine().fail(function, code);
    } else {
      machine().fail(function, resolve(device), code);
    }
    print(function + (code == 0 ? " does not fail any more" : " fails with " + code));
  }

  @Command(
      name = "mig",
      mixinStandardHelpOptions = true,
      description = "A GPU's MIG mode is switched; partitions that there were are gone.")
  void mig(
      @Parameters(paramLabel = "GPU", description = "which GPU") String device,
      @Parameters(paramLabel = "on|off|pending", description = "pending: on from the next reset")
          String mode) {
    switch (mode) {
      case "on", "off" -> machine().mig(resolve(device), mode.equals("on"));
      case "pending" -> machine().migPending(resolve(device), true);
      default ->
          throw new MachineException("'" + mode + "' is no MIG mode; write on, off or pending");
    }
  }

  @Command(
      name = "partition",
      mixinStandardHelpOptions = true,
      description = "An administrator makes a partition of a GPU in MIG mode.")
  void partition(
      @Parameters(paramLabel = "GPU", description = "which GPU") String device,
      @Parameters(paramLabel = "PROFILE", description = "such as 1g.10gb") String profile,
      @Parameters(paramLabel = "START", description = "the memory slice at which it begins")
          int start) {
    machine().partition(resolve(device), profile, start);
  }

  @Command(
      name = "unload-driver",
      mixinStandardHelpOptions = true,
      description = "The driver and its library go away.")
  void unloadDriver() {
    machine().unloadDriver();
    print("the driver is unloaded");
  }

  @Command(
      name = "load-driver",
      mixinStandardHelpOptions = true,
      description = "The driver and its library come back.")
  void loadDriver() {
    machine().loadDriver();
    print("the driver is loaded");
  }

  @Command(
      name = "reboot",
      mixinStandardHelpOptions = true,
      description = "The machine has rebooted: a new boot id, faults cleared.")
  void reboot() {
    machine().reboot();
    print("the machine has rebooted");
  }
}
