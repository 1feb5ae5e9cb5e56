package dev.acceld.agent.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.steady.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose a state directory is, as it stands in the directory itself, in the file {@code owner}.
 *
 * @param driver the DRA driver's name
 * @param node the Node's name
 * @param machine the simulated machine's name; empty for the host's own hardware
 */
public record StateOwner(String driver, String node, String machine) {
  static final String FILE = "owner";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The names under which an agent with these settings runs. */
  public static StateOwner of(AgentConfig config, Optional<MachineDescription> machine) {
    return new StateOwner(
        config.driverName(), config.nodeName(), machine.map(MachineDescription::name).orElse(""));
  }

  /**
   * What the directory says of itself; empty when it says nothing, as directories of older agents
   * do, or when the file is damaged.
   *
   * @throws IOException when there is a file and it cannot be read
   */
  public static Optional<StateOwner> read(Path stateDir) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(stateDir.resolve(FILE));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(bytes);
      if (json.path("driver").isTextual()
          && json.path("node").isTextual()
          && json.path("machine").isTextual()) {
        return Optional.of(
            new StateOwner(
                json.get("driver").textValue(),
                json.get("node").textValue(),
                json.get("machine").textValue()));
      }
    } catch (IOException e) {
      // half a file: the records tell
    }
    return Optional.empty();
  }

  /** All of it, for a person. */
  public String describe() {
    return "driver " + driver + ", node " + node + ", " + machineWords();
  }

  String machineWords() {
    return machine.isEmpty() ? "the host's own hardware" : "simulated machine " + machine;
  }

  /** Writes it so that it outlives a power cut, all or nothing. */
  void write(Path stateDir) throws IOException {
    byte[] bytes =
        JSON.writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(
                JSON.createObjectNode()
                    .put("format", "1.0")
                    .put("driver", driver)
                    .put("node", node)
                    .put("machine", machine));
    Path temporary = stateDir.resolve("." + FILE + ".tmp");
    DurableFile.replace(stateDir.resolve(FILE), temporary, bytes);
  }
}
