package dev.acceld.agent.repair.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Records of repairs as JSON. What a newer version has added is ignored. */
final class RepairRecordCodec {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;

  private RepairRecordCodec() {}

  static byte[] write(RepairRecord record) throws IOException {
    ObjectNode node = JSON.createObjectNode().put("format", FORMAT);
    node.put("device", record.device().value());
    record.pci().ifPresent(at -> node.put("pci", at.toString()));
    record.physical().forEach(node.putArray("physical")::add);
    node.put("boot", record.boot())
        .put("since", record.since().toString())
        .put("step", record.step().word())
        .put("tries", record.tries())
        .put("most", record.most())
        .put("letGo", record.letGo())
        .put("afterFailure", record.afterFailure());
    record.failure().ifPresent(why -> node.put("failure", why).put("replace", record.replace()));
    return JSON.writeValueAsBytes(node);
  }

  /**
   * Reads one.
   *
   * @throws IOException when it is damaged
   */
  static RepairRecord read(byte[] bytes) throws IOException {
    JsonNode node = JSON.readTree(bytes);
    if (node == null || node.path("format").asInt() < FORMAT) {
      throw new IOException("it has no format version");
    }
    SortedSet<String> physical = new TreeSet<>();
    node.path("physical").forEach(part -> physical.add(part.asText()));
    if (physical.isEmpty() || node.path("boot").asText().isEmpty()) {
      throw new IOException("it is incomplete");
    }
    try {
      return new RepairRecord(
          new DeviceName(node.path("device").asText()),
          PciAddress.parse(node.path("pci").asText()),
          physical,
          node.path("boot").asText(),
          Instant.parse(node.path("since").asText()),
          RepairStep.valueOf(node.path("step").asText().toUpperCase(Locale.ROOT)),
          node.path("tries").asInt(),
          node.path("most").asInt(),
          node.path("letGo").asBoolean(),
          Optional.of(node.path("failure").asText()).filter(why -> !why.isEmpty()),
          node.path("replace").asBoolean(),
          node.path("afterFailure").asBoolean());
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IOException("it is malformed: " + e.getMessage(), e);
    }
  }
}
