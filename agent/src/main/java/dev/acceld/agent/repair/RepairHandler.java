package dev.acceld.agent.repair;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.local.CommandFailedException;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.agent.view.Aliases;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.MigDevice;
import dev.acceld.device.TpuShape;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Begins a repair, or tells how it goes on: whoever asked follows it with one call after another,
 * and it goes on without them.
 */
public final class RepairHandler implements LocalCommand {
  private static final long WAIT_MILLIS = 1000;

  private final RepairParts parts;
  private final Repairs repairs;

  /** For those repairs. */
  public RepairHandler(RepairParts parts, Repairs repairs) {
    this.parts = parts;
    this.repairs = repairs;
  }

  /**
   * With {@code device}, {@code waitMillis}, {@code tries} and {@code deletePartitions} it begins;
   * with {@code id} and {@code from} it tells the lines from that number on.
   */
  @Override
  public Object run(JsonNode arguments) {
    String id = arguments.path("id").asText("");
    return id.isEmpty() ? begin(arguments) : follow(id, arguments.path("from").asInt());
  }

  private Map<String, Object> begin(JsonNode arguments) {
    int tries = arguments.path("tries").asInt(RepairOptions.USUAL_TRIES);
    if (tries < 1 || tries > RepairOptions.MOST_TRIES) {
      throw new IllegalArgumentException(
          "--tries must be 1 to " + RepairOptions.MOST_TRIES + ", not " + tries);
    }
    Inventory inventory = parts.devices().supervisor().inventory();
    Device device = find(inventory, arguments.path("device").asText(""));
    RepairRun run =
        repairs.begin(
            device,
            new RepairOptions(
                Duration.ofMillis(Math.max(0, arguments.path("waitMillis").asLong())),
                tries,
                arguments.path("deletePartitions").asBoolean(),
                false));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", run.id());
    answer.put("device", device.name().value());
    answer.put("alias", Aliases.of(inventory.devices()).getOrDefault(device.name(), ""));
    return answer;
  }

  private Map<String, Object> follow(String id, int from) {
    RepairRun run =
        repairs
            .find(id)
            .orElseThrow(() ->
                new CommandFailedException(
                    "this agent does not know the repair; another agent may have continued it, see"
                        + " 'acceld devices' for its outcome"));
    try {
      List<String> lines = run.linesFrom(from, WAIT_MILLIS);
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("lines", lines);
      run.outcome()
          .filter(outcome -> run.linesFrom(from).size() == lines.size())
          .ifPresent(outcome -> {
            answer.put("outcome", outcome.word());
            answer.put("reason", run.reason());
          });
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("the agent is shutting down", e);
    }
  }

  private static Device find(Inventory inventory, String wanted) {
    Map<DeviceName, String> aliases = Aliases.of(inventory.devices());
    Device device =
        inventory.devices().stream()
            .filter(d ->
                d.name().value().equals(wanted)
                    || wanted.equals(aliases.get(d.name()))
                    || d.common().uuid().filter(wanted::equalsIgnoreCase).isPresent()
                    || (!d.group()
                        && !(d instanceof MigDevice)
                        && d.common()
                            .pci()
                            .filter(at -> at.toString().equalsIgnoreCase(wanted))
                            .isPresent()))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "there is no device '" + wanted + "' on this node; see 'acceld devices'"));
    switch (device) {
      case MigDevice mig ->
          throw new IllegalArgumentException(
              wanted + " is a partition; repair its GPU, " + mig.parent() + ", as a whole");
      case TpuShape shape ->
          throw new IllegalArgumentException(
              wanted
                  + " is a block of chips; repair one of its chips: "
                  + String.join(
                      ", ", shape.chips().stream().map(chip -> chip.name().value()).toList()));
      default -> {
        return device;
      }
    }
  }
}
