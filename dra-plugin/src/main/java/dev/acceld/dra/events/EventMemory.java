package dev.acceld.dra.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.HealthReport;
import dev.acceld.steady.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What was told, on disk, so that the next process does not tell it again. One small file, replaced
 * as a whole; what cannot be read of it is left out, and its faults are told again. For one thread.
 */
final class EventMemory {
  private static final int FORMAT = 1;
  private static final long LARGEST = 4L << 20;

  private final Path file;
  private final ObjectMapper json = new ObjectMapper();

  EventMemory(Path file) {
    this.file = file;
  }

  /**
   * What an earlier process has told; nothing when there was none.
   *
   * @throws IOException when the file cannot be read now
   */
  List<ToldFault> read() throws IOException {
    byte[] bytes;
    try {
      if (Files.size(file) > LARGEST) {
        return List.of();
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    JsonNode root;
    try {
      root = json.readTree(bytes);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return List.of(); // damaged: what it held is told once more
    }
    List<ToldFault> faults = new ArrayList<>();
    if (root != null) {
      for (JsonNode each : root.path("faults")) {
        try {
          faults.add(fault(each));
        } catch (DateTimeParseException | IllegalArgumentException e) {
          // one damaged entry, or one of a newer agent, costs itself
        }
      }
    }
    return faults;
  }

  private static ToldFault fault(JsonNode from) {
    Instant since = Instant.parse(from.path("since").asText());
    Fault.Key key =
        new Fault.Key(
            from.path("device").asText(), from.path("code").asText(), from.path("value").asText());
    HealthReport.Reason reason =
        new HealthReport.Reason(
            key.code(),
            key.value(),
            from.path("message").asText(),
            HealthReport.State.valueOf(from.path("state").asText()),
            HealthReport.Effect.valueOf(from.path("effect").asText()),
            HealthReport.Action.valueOf(from.path("action").asText()),
            from.path("ends").asText(),
            since);
    ToldFault fault =
        new ToldFault(
            new Fault(
                key,
                reason,
                HealthReport.State.valueOf(from.path("state").asText()),
                from.path("group").asBoolean(),
                from.path("part").asText(),
                since));
    fault.active = from.path("active").asBoolean();
    fault.begins = from.path("begins").asLong();
    fault.toldActive = from.path("toldActive").asBoolean();
    fault.toldBegins = from.path("toldBegins").asLong();
    fault.noted = from.path("noted").asLong();
    from.path("events")
        .properties()
        .forEach(event ->
            fault.series.put(
                event.getKey(),
                new ToldFault.Series(
                    event.getValue().path("name").asText(),
                    Instant.parse(event.getValue().path("first").asText()),
                    event.getValue().path("count").asInt())));
    return fault;
  }

  /** Keeps these and no others; durable when it returns. */
  void write(Collection<ToldFault> faults) throws IOException {
    ObjectNode root = json.createObjectNode().put("format", FORMAT);
    ArrayNode all = root.putArray("faults");
    for (ToldFault fault : faults) {
      ObjectNode each = all.addObject();
      each.put("device", fault.key.device()).put("code", fault.key.code());
      each.put("value", fault.key.value()).put("since", fault.since.toString());
      each.put("message", fault.fault.reason().message());
      each.put("effect", fault.fault.reason().effect().name());
      each.put("ends", fault.fault.reason().ends());
      each.put("action", fault.fault.reason().action().name());
      each.put("state", fault.fault.state().name());
      each.put("group", fault.fault.group()).put("part", fault.fault.part());
      each.put("active", fault.active).put("begins", fault.begins);
      each.put("toldActive", fault.toldActive).put("toldBegins", fault.toldBegins);
      each.put("noted", fault.noted);
      ObjectNode events = each.putObject("events");
      fault.series.forEach((object, series) ->
          events
              .putObject(object)
              .put("name", series.name())
              .put("first", series.first().toString())
              .put("count", series.count()));
    }
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    DurableFile.replace(file, temporary, json.writeValueAsBytes(root));
  }
}
