package dev.acceld.agent.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.local.CommandFailedException;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.device.Inventory;
import dev.acceld.history.RecentReadings;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.recorder.ReadingTable;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The answers to the commands about faults. */
public final class FaultHandlers {
  private FaultHandlers() {}

  /**
   * By the command's name.
   *
   * @param devices the devices whose latest readings are told
   */
  public static Map<String, LocalCommand> of(
      AgentConfig config, FlightFiles files, RecentReadings recent, Supplier<Inventory> devices) {
    return Map.of(
        "faults",
        args -> read(() -> FaultList.of(files)),
        "fault",
        args -> read(() -> FaultList.one(files, text(args, "id"))),
        "readings",
        args -> readings(recent, devices.get()),
        "all-settings",
        args -> EffectiveSettings.of(config));
  }

  private static Map<String, ReadingTable> readings(RecentReadings recent, Inventory inventory) {
    Map<String, ReadingTable> all = new TreeMap<>();
    inventory
        .devices()
        .forEach(device ->
            recent
                .of(device.name())
                .ifPresent(h -> all.put(device.name().value(), ReadingTable.of(h))));
    return all;
  }

  private interface Look {
    Object look() throws IOException;
  }

  private static Object read(Look look) {
    try {
      return look.look();
    } catch (IOException e) {
      throw new CommandFailedException(
          "the records of faults cannot be read: " + ErrorText.of(e), e);
    }
  }

  private static String text(JsonNode arguments, String name) {
    return arguments.path(name).asText("");
  }
}
