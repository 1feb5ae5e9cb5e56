package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.Commands;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
    Said said = run("devices", "gpu-0", "--state-dir=" + stage.stateDir());
    assertThat(said.text()).contains(name, "PCIe root");
    assertThat(run("devices", "gpu-1", "--state-dir=" + stage.stateDir()).status()).isEqualTo(1);
  }

  @Test
  void whatIsSimulatedIsSaid() throws Exception {
    stage.ready("a0", Map.of());
    Said said = run("simulate", "xid", "gpu-0", "79", "--state-dir=" + stage.stateDir());
    assertThat(said.text()).contains("gpu-0 (", "the driver reports XID 79");
  }

  private record Said(int status, String text) {}

  private static Said run(String... args) {
    PrintStream before = System.out;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    System.setOut(new PrintStream(caught, true, StandardCharsets.UTF_8));
    try {
      return new Said(Commands.run(args), caught.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }
}
