package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is known when a screen is drawn. The texts of the nodes have no control characters.
 *
 * @param node the agent's last answer; a missing node before the first
 * @param faults the recorded faults as the agent told last; a missing node before
 * @param faultsWaiting why there are no newer recorded faults; empty when there is no reason
 * @param ageSeconds how old the answer is
 * @param waiting what is waited for; empty while the agent answers
 * @param waitingSeconds for how long
 */
public record Answer(
    JsonNode node,
    JsonNode faults,
    String faultsWaiting,
    double ageSeconds,
    String waiting,
    double waitingSeconds) {

  /** Whether there is anything to show. */
  boolean isThere() {
    return node.isObject();
  }

  /** The agent's time when it answered; the epoch when it told none. */
  Instant at() {
    return instant(node.path("at"), Instant.EPOCH);
  }

  /** What is not known of the recorded faults; empty when all of them are known. */
  String faultsNotKnown() {
    if (!faults.isObject()) {
      return faultsWaiting.isEmpty() ? "" : "recorded faults are not known: " + faultsWaiting;
    }
    if (!faultsWaiting.isEmpty()) {
      return "recorded faults may have changed: " + faultsWaiting;
    }
    List<String> damaged = Texts.list(faults.path("damaged"));
    return damaged.isEmpty()
        ? ""
        : "not all recorded faults are known: "
            + damaged.getFirst()
            + (damaged.size() > 1 ? ", and " + (damaged.size() - 1) + " more" : "");
  }

  JsonNode devices() {
    return node.path("devices");
  }

  /** The devices of the list of devices that those are: a block of devices is each of its own. */
  List<String> single(List<String> names) {
    Set<String> all = new LinkedHashSet<>();
    for (String name : names) {
      JsonNode members = node.path("groups").path(name);
      all.addAll(members.isArray() ? Texts.list(members) : List.of(name));
    }
    return List.copyOf(all);
  }

  /** The short name of a device, as people know it: {@code gpu-0}, {@code gpu-1/mig-1g-0}. */
  String shortName(String device) {
    for (JsonNode each : devices()) {
      if (each.path("name").asText().equals(device)) {
        String parent = each.path("parent").asText();
        return parent.isEmpty()
            ? each.path("alias").asText(device)
            : shortName(parent) + "/" + partName(each);
      }
    }
    return device;
  }

  /** The name of a partition without that of its GPU; of other devices the alias. */
  static String partName(JsonNode device) {
    String name = device.path("name").asText();
    String parent = device.path("parent").asText() + "-";
    return device.has("parent") && name.startsWith(parent) && name.length() > parent.length()
        ? name.substring(parent.length())
        : device.path("alias").asText(name);
  }

  /** Seconds from that time to the answer's; NaN when it is no time. */
  double secondsSince(JsonNode time) {
    Instant then = instant(time, Instant.MAX);
    return then.equals(Instant.MAX)
        ? Double.NaN
        : Math.max(0, (at().toEpochMilli() - then.toEpochMilli()) / 1e3);
  }

  private static Instant instant(JsonNode text, Instant otherwise) {
    try {
      return Instant.parse(text.asText());
    } catch (DateTimeException e) {
      return otherwise;
    }
  }
}
