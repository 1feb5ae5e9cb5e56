package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that talk to a running agent or change its machine. */
class CommandsOnAnAgentTest {
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void devicesAreFoundByTheirPositionToo() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    String name = agent.inventory().devices().getFirst().name().value();
    Said said = Said.by("devices", "gpu-0", "--state-dir=" + stage.stateDir());
    assertThat(said.text()).contains(name, "PCIe root");
    assertThat(Said.by("devices", "gpu-1", "--state-dir=" + stage.stateDir()).status())
        .isEqualTo(1);
  }

  @Test
  void whatIsSimulatedIsSaid() throws Exception {
    stage.ready("a0", Map.of());
    Said said = Said.by("simulate", "xid", "gpu-0", "79", "--state-dir=" + stage.stateDir());
    assertThat(said.text()).contains("gpu-0 (", "the driver reports XID 79");
  }

  @Test
  void devicesAreSortedAndShownWide() throws Exception {
    stage.ready("a0", Map.of());
    String dir = "--state-dir=" + stage.stateDir();
    assertThat(Said.by("devices", "--wide", "--sort", "power", dir).text())
        .contains("UUID", "GPU-", "/dev/nvidia0");
    Said wrong = Said.by("devices", "--sort", "colour", dir);
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.text()).contains("'colour'", "UTIL", "POWER");
    assertThat(Said.by("devices", "-w", "--interval", "soon", dir).status()).isEqualTo(2);
  }
}
