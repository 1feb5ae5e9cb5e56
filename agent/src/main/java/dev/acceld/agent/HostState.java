package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.host.InstanceLock;
import dev.acceld.agent.host.StateOwner;
import dev.acceld.agent.host.StateOwnership;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.SimulatedKernel;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent needs on the host before it starts. */
final class HostState {
  private static final Logger log = LoggerFactory.getLogger(HostState.class);

  private HostState() {}

  /** Takes the state directory over, and makes the simulated machine, if one is wanted. */
  static AgentConfig onMachine(AgentConfig config, InstanceLock lock) throws IOException {
    Optional<MachineDescription> wanted = config.machine().map(MachineCatalog::load);
    Optional<String> refusal =
        new StateOwnership(config.stateDir(), config.cdiDir(), StateOwner.of(config, wanted))
            .take(lock);
    if (refusal.isPresent()) {
      throw new ConfigException(refusal.get());
    }
    if (wanted.isEmpty()) {
      return config;
    }
    MachineTree.create(config.machineRoot(), wanted.get());
    log.info("simulated machine {} in {}", wanted.get().name(), config.machineRoot());
    return config.onMachine();
  }

  /** Resets what the kernel would, on a simulated machine. */
  static Optional<SimulatedKernel> simulatedKernel(AgentConfig config) {
    return config.machine().map(machine -> SimulatedKernel.start(config.machineRoot()));
  }

  /** Makes the state directory. */
  static void makeStateDir(AgentConfig config) throws IOException {
    try {
      Files.createDirectories(config.stateDir());
    } catch (IOException e) {
      throw new IOException(
          "--state-dir "
              + config.stateDir()
              + " cannot be created ("
              + ErrorText.of(e)
              + "); choose a directory that this user can write to",
          e);
    }
    if (!Files.isWritable(config.stateDir())) {
      throw new IOException(
          "--state-dir "
              + config.stateDir()
              + " is not writable; choose a directory that this user can write to");
    }
  }
}
