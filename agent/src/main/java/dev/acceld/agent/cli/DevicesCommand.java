package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.config.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What the node has. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "Shows the devices of this node, or all details of one.")
final class DevicesCommand extends AgentCommand {
  private static final List<String> NAMES = List.of("name", "alias", "uuid", "pciBusId");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "a device's name, UUID or PCI address, or its alias: gpu-0, tpu-3")
  @Nullable String name;

  @Option(names = "--wide", description = "more columns: readings, processes, UUIDs, device files")
  boolean wide;

  @Option(
      names = "--sort",
      paramLabel = "COLUMN",
      description = "sort by that column: numbers from the highest, texts from A to Z")
  @Nullable String sort;

  @Option(
      names = {"-w", "--watch"},
      description = "print again when something has changed, until Ctrl-C")
  boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "with --watch: how often to look (default: 2s)")
  String interval = "2s";

  @Override
  public Integer call() throws IOException {
    Duration every =
        Durations.parse(interval)
            .filter(d -> !d.isZero())
            .orElseThrow(
                () -> wrong("--interval must be " + Durations.FORM + ", not '" + interval + "'"));
    if (by().isPresent() && name != null) {
      throw wrong("--sort is for all devices, not for one");
    }
    if (!watch) {
      return super.call();
    }
    CommandSpec own = Objects.requireNonNull(spec);
    Path dir = StateDir.of(stateDir);
    Thread here = Thread.currentThread();
    Object before = Signals.register("INT", here::interrupt);
    try {
      new Watch(() -> text(dir), every, own.commandLine().getOut(), own.commandLine().getErr())
          .run();
    } finally {
      Signals.unregister("INT", before);
    }
    return 0;
  }

  private String text(Path dir) throws IOException {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    show(select(ask(dir)), out);
    out.flush();
    return text.toString();
  }

  private Optional<DeviceTable.Column> by() {
    String column = sort;
    if (column == null) {
      return Optional.empty();
    }
    return Optional.of(
        DeviceTable.Column.of(column)
            .orElseThrow(() ->
                wrong(
                    "--sort: there is no column '"
                        + column
                        + "'; there are: "
                        + Arrays.stream(DeviceTable.Column.values())
                            .map(DeviceTable.Column::name)
                            .collect(Collectors.joining(", ")))));
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), problem);
  }

  @Override
  protected String command() {
    return "devices";
  }

  @Override
  protected JsonNode select(JsonNode answer) {
    String wanted = name;
    if (wanted == null) {
      return answer;
    }
    List<JsonNode> found = new ArrayList<>();
    List<String> known = new ArrayList<>();
    for (JsonNode device : answer) {
      known.add(device.path("name").asText());
      for (String key : NAMES) {
        if (wanted.equalsIgnoreCase(device.path(key).asText())) {
          found.add(device);
          break;
        }
      }
    }
    List<JsonNode> whole = found.stream().filter(d -> d.has("alias")).toList();
    if (found.size() > 1 && whole.size() == 1) {
      found = whole; // partitions have the PCI address of their GPU
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "'"
              + wanted
              + "' matches several devices; choose one: "
              + String.join(", ", found.stream().map(d -> d.path("name").asText()).toList()));
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no device '"
              + wanted
              + "' on this node; there are: "
              + (known.isEmpty() ? "none" : String.join(", ", known)));
    }
    return new ObjectMapper().createArrayNode().add(found.getFirst());
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    if (name != null) {
      DeviceDetails.print(answer.path(0), out);
      return 0;
    }
    if (answer.isEmpty()) {
      out.println("No devices on this node; 'acceld doctor' shows why.");
      return 0;
    }
    out.print(DeviceTable.of(answer, wide, by()));
    return 0;
  }

  static String gib(JsonNode bytes) {
    return bytes.isNumber() ? Quantity.gib(bytes.asDouble()) : "-";
  }

  static String percent(JsonNode ratio) {
    return ratio.isNumber() ? String.format(Locale.ROOT, "%.0f%%", 100 * ratio.asDouble()) : "-";
  }

  static String joined(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(t -> all.add(t.asText()));
    return all.isEmpty() ? "-" : String.join(", ", all);
  }
}
