package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.config.SharedSettings;
import dev.acceld.agent.local.LocalClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of the agent that runs beside the doctor, which are the doctor's unless a flag says
 * otherwise: a node is examined as its agent sees it.
 *
 * @param settings empty when no agent answers
 */
public record AgentSettings(Map<Setting, String> settings) {

  /** Takes a copy. */
  public AgentSettings {
    settings = Map.copyOf(settings);
  }

  /** Asks the newest agent of that state directory. */
  public static AgentSettings ask(Path stateDir) {
    try {
      Map<Setting, String> here =
          SharedSettings.here(
              new ObjectMapper()
                  .treeToValue(
                      new LocalClient(stateDir, LocalClient.DIAGNOSIS)
                          .ask("settings", JsonNodeFactory.instance.objectNode()),
                      SharedSettings.Told.class));
      here.putIfAbsent(Setting.STATE_DIR, stateDir.toString()); // as this process sees it
      return new AgentSettings(here);
    } catch (IOException e) {
      return new AgentSettings(Map.of()); // none answers there, or one that is older
    }
  }

  /**
   * What of them counts, and where flags differ.
   *
   * @param flags what the command line says
   */
  public List<Finding> findings(Map<Setting, String> flags) {
    if (settings.isEmpty()) {
      return List.of();
    }
    List<String> differ = new ArrayList<>();
    new TreeMap<>(flags)
        .forEach((setting, value) -> {
          String agents = settings.get(setting);
          if (agents != null && !agents.equals(value)) {
            differ.add(setting.flag() + " " + value + " (the agent has " + agents + ")");
          }
        });
    return List.of(
        differ.isEmpty()
            ? Finding.ok("settings", "those of the running agent")
            : Finding.warn(
                "settings",
                "not those of the running agent: " + String.join(", ", differ),
                "omit the flag to use the agent's setting"));
  }
}
