package dev.acceld.agent.repair;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.device.DeviceName;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.ClusterView;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** What repairs work with, on a machine of eight simulated GPUs that nobody claims. */
final class RepairStage implements AutoCloseable {
  private static final String MACHINE = "h100x8";

  final Simulation machine;
  final NodeDevices devices;
  final RepairParts parts;
  private final AgentStage stage;

  RepairStage() throws Exception {
    stage = new AgentStage();
    AgentConfig config = stage.config("a0", Map.of(Setting.MACHINE, MACHINE));
    MachineTree.create(config.machineRoot(), MachineCatalog.load(MACHINE));
    machine = Simulation.open(config.machineRoot());
    devices = new NodeDevices(config.onMachine(), ClusterView.NONE);
    devices.start();
    await().atMost(PATIENCE).until(() -> devices.supervisor().inventory().devices().size() == 8);
    parts =
        new RepairParts(
            devices, (physical, within) -> List.of(), devices.repairs(), InstantSource.system());
  }

  DeviceName name(int gpu) {
    return devices.supervisor().inventory().devices().get(gpu).name();
  }

  @Override
  public void close() throws Exception {
    devices.close();
    stage.close();
  }
}
