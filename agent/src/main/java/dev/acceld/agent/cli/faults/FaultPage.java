package dev.acceld.agent.cli.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.Table;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One record of a fault on a terminal of 80 columns. */
final class FaultPage {
  private static final int WIDTH = 80;
  private static final int LABEL = 13;

  private final JsonNode record;
  private final boolean ascii;

  FaultPage(JsonNode record, boolean ascii) {
    this.record = record;
    this.ascii = ascii;
  }

  void print(PrintWriter out) {
    JsonNode fault = record.path("fault");
    line(out, "fault", record.path("id").asText());
    device(out);
    line(out, "what", fault.path("message").asText());
    line(out, "action", fault.path("action").asText());
    String effect = fault.path("effect").asText();
    line(
        out,
        "taint",
        effect.equals("NoTaint") ? "none" : fault.path("code").asText() + ":" + effect);
    line(out, "since", Quantity.time(fault.path("since").asText()));
    line(out, "detected", Quantity.time(fault.path("detectedAt").asText()));
    course(out);
    holders(out);
    processes(out);
    steps(out);
    kernel(out);
    if (record.has("readings")) {
      new ReadingCharts(record.path("readings"), ascii).print(out);
    } else {
      line(out, "readings", "none: nothing was measured in the ten minutes before");
    }
  }

  private void device(PrintWriter out) {
    JsonNode device = record.path("device");
    String name = device.path("name").asText();
    String alias = device.path("alias").asText("");
    line(out, "device", alias.isEmpty() ? name : alias + " (" + name + ")");
    String model = device.path("model").asText();
    String pci = device.path("pciBusId").asText("");
    line(out, "model", pci.isEmpty() ? model : model + ", PCI " + pci);
    List<String> others = new ArrayList<>();
    record.path("affected").forEach(each -> others.add(each.asText()));
    others.remove(name);
    if (!others.isEmpty()) {
      line(out, "also", String.join(", ", others));
    }
    line(out, "node", record.path("node").asText());
  }

  private void course(PrintWriter out) {
    JsonNode course = record.path("course");
    int times = course.path("occurrences").asInt();
    if (times > 1) {
      line(
          out,
          "occurred",
          times + " times, the last at " + Quantity.time(course.path("lastSeen").asText()));
    }
    JsonNode end = course.path("end");
    if (end.isMissingNode()) {
      line(out, "state", "active for " + FaultsCommand.lasted(record));
      line(out, "ends when", record.path("fault").path("ends").asText());
    } else {
      line(
          out,
          "state",
          "ended at "
              + Quantity.time(end.path("at").asText())
              + " after "
              + FaultsCommand.lasted(record));
      line(out, "evidence", end.path("evidence").asText());
    }
  }

  private void holders(PrintWriter out) {
    if (record.path("holders").isEmpty()) {
      line(out, "claims", "none held the device");
    }
    for (JsonNode holder : record.path("holders")) {
      List<String> pods = new ArrayList<>();
      holder.path("pods").forEach(pod -> pods.add(pod.asText()));
      line(
          out,
          "claim",
          holder.path("namespace").asText()
              + "/"
              + holder.path("claim").asText()
              + (pods.isEmpty() ? "" : ", pods " + String.join(", ", pods)));
    }
  }

  private void processes(PrintWriter out) {
    if (record.path("processes").isEmpty()) {
      return;
    }
    double age = record.path("processesAgeSeconds").asDouble();
    out.println(
        "processes"
            + (age > 0 ? String.format(Locale.ROOT, ", %.0f s before the fault", age) : ""));
    Table table = new Table("  PID", "COMMAND", "MEMORY", "OWNER", "POD");
    for (JsonNode p : record.path("processes")) {
      table.row(
          "  " + p.path("pid").asText(),
          p.path("command").asText("-"),
          p.path("memoryBytes").isNumber() ? Quantity.gib(p.path("memoryBytes").asDouble()) : "-",
          p.path("owner").asText("-"),
          p.path("pod").asText(p.path("podUid").asText("-")));
    }
    out.print(table);
  }

  private void steps(PrintWriter out) {
    JsonNode steps = record.path("course").path("steps");
    if (!steps.isEmpty()) {
      out.println("what was done");
      for (JsonNode step : steps) {
        wrapped(out, "  " + after(step.path("at").asText()) + "  ", step.path("what").asText());
      }
    }
  }

  /** How long after the fault was detected. */
  private String after(String at) {
    try {
      Instant detected = Instant.parse(record.path("fault").path("detectedAt").asText());
      double seconds = Duration.between(detected, Instant.parse(at)).toMillis() / 1e3;
      return Math.abs(seconds) < 600
          ? String.format(Locale.ROOT, "%+7.1f s", seconds)
          : Quantity.time(at);
    } catch (DateTimeException e) {
      return at;
    }
  }

  private void kernel(PrintWriter out) {
    if (!record.path("kernel").isEmpty()) {
      out.println("kernel");
      record.path("kernel").forEach(each -> wrapped(out, "  ", each.asText()));
    }
  }

  private static void line(PrintWriter out, String label, String value) {
    wrapped(out, label + " ".repeat(Math.max(1, LABEL - label.length())), value);
  }

  /** In as many lines as it takes; a word that is too long is not broken. */
  static void wrapped(PrintWriter out, String first, String text) {
    StringBuilder line = new StringBuilder(first);
    String indent = " ".repeat(first.length());
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        out.println(line);
        line = new StringBuilder(indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    out.println(line.toString().stripTrailing());
  }
}
