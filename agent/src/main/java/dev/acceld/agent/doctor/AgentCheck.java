package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.agent.local.SilentAgentException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the running agent says of itself: the lines of {@code /readyz}. */
final class AgentCheck implements Check {
  private final LocalClient agent;

  AgentCheck(Path stateDir) {
    this(stateDir, LocalClient.DIAGNOSIS);
  }

  AgentCheck(Path stateDir, Duration patience) {
    agent = new LocalClient(stateDir, patience);
  }

  @Override
  public String name() {
    return "agent";
  }

  @Override
  public List<Finding> look() {
    JsonNode conditions;
    try {
      conditions = agent.ask("conditions", JsonNodeFactory.instance.objectNode());
    } catch (SilentAgentException e) {
      return List.of(
          new Finding(name(), Finding.State.FAIL, String.valueOf(e.getMessage()), "")); // has it
    } catch (IOException e) {
      return List.of(
          Finding.warn(
              name(),
              String.valueOf(e.getMessage()),
              "the other checks run without it; run this as the agent's user, in a pod with"
                  + " kubectl exec"));
    }
    List<Finding> all = new ArrayList<>();
    for (JsonNode c : conditions) {
      String name = "agent: " + c.path("name").asText();
      String sentence = c.path("sentence").asText();
      if (c.path("ok").asBoolean()) {
        all.add(Finding.ok(name, sentence));
      } else {
        Finding.State state =
            c.path("required").asBoolean() ? Finding.State.FAIL : Finding.State.WARN;
        all.add(new Finding(name, state, sentence, "")); // the sentence has the remedy
      }
    }
    return all;
  }
}
