package dev.acceld.agent.cli.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.cli.AddedCommand;
import dev.acceld.agent.cli.AgentCommand;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.Table;
import dev.acceld.agent.faults.FaultList;
import dev.acceld.agent.local.NoAgentException;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.words.Rounded;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine.Command;

/** What happened to the devices. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    description =
        "Lists the recorded faults of this node's devices, the newest first. Without a running"
            + " agent it reads the records in the state directory.",
    subcommands = {FaultsShowCommand.class, FaultsExportCommand.class})
public final class FaultsCommand extends AgentCommand implements AddedCommand {

  @Override
  protected String command() {
    return "faults";
  }

  @Override
  protected JsonNode ask(Path dir) throws IOException {
    try {
      return super.ask(dir);
    } catch (NoAgentException e) {
      return new ObjectMapper().valueToTree(FaultList.of(onDisk(dir, e)));
    }
  }

  /** The records that an agent has left; says so on standard error. */
  private FlightFiles onDisk(Path dir, NoAgentException noAgent) throws IOException {
    return onDisk(dir, noAgent, Objects.requireNonNull(spec).commandLine().getErr());
  }

  static FlightFiles onDisk(Path dir, NoAgentException noAgent, PrintWriter err)
      throws IOException {
    FlightFiles files = FlightFiles.below(dir);
    if (!Files.isDirectory(files.dir())) {
      throw noAgent;
    }
    err.println("acceld: no agent runs here; this is what the last one wrote to " + files.dir());
    err.flush();
    return files;
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    if (answer.path("faults").isEmpty()) {
      out.println("No faults are recorded on this node.");
    } else {
      Table table =
          new Table(
              "ID",
              "DETECTED",
              "DEVICE",
              "CAUSE",
              "STATE",
              "LASTED",
              "TIMES",
              "CLAIMS",
              "PODS",
              "ACTION");
      answer.path("faults").forEach(fault -> row(table, fault));
      out.print(table);
    }
    answer.path("damaged").forEach(what -> out.println("warning: " + what.asText()));
    return 0;
  }

  private static void row(Table table, JsonNode record) {
    JsonNode fault = record.path("fault");
    JsonNode device = record.path("device");
    table.row(
        record.path("id").asText(),
        Quantity.time(fault.path("detectedAt").asText()),
        device.path("alias").asText(device.path("name").asText()),
        cause(fault),
        lasts(record) ? "active" : "ended",
        lasted(record),
        record.path("course").path("occurrences").asText(),
        listed(record, "claim"),
        listed(record, "pods"),
        fault.path("action").asText());
  }

  static String cause(JsonNode fault) {
    String value = fault.path("value").asText();
    return fault.path("code").asText() + (value.isEmpty() ? "" : " " + value);
  }

  static boolean lasts(JsonNode record) {
    return record.path("course").path("end").isMissingNode();
  }

  /** From the beginning to the end, or until now. */
  static String lasted(JsonNode record) {
    try {
      Instant since = Instant.parse(record.path("fault").path("since").asText());
      JsonNode end = record.path("course").path("end").path("at");
      Instant until = end.isMissingNode() ? Instant.now() : Instant.parse(end.asText());
      return Rounded.duration(Math.max(0, Duration.between(since, until).toMillis() / 1e3));
    } catch (DateTimeException e) {
      return "-";
    }
  }

  private static String listed(JsonNode record, String what) {
    Set<String> all = new LinkedHashSet<>();
    for (JsonNode holder : record.path("holders")) {
      if (what.equals("claim")) {
        all.add(holder.path("namespace").asText() + "/" + holder.path("claim").asText());
      } else {
        List<String> pods = new ArrayList<>();
        holder.path("pods").forEach(pod -> pods.add(pod.asText()));
        all.addAll(pods);
      }
    }
    return all.isEmpty() ? "-" : String.join(", ", all);
  }
}
