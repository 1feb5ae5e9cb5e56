package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.ReadingLines;
import dev.acceld.agent.cli.text.Table;
import java.io.PrintWriter;

/** Prints everything known of one device: who it is, how it is, and its readings in groups. */
public final class DeviceDetails {
  private DeviceDetails() {}

  /** Prints a device of the answer. */
  public static void print(JsonNode d, PrintWriter out) {
    line(out, "name", d.path("name"));
    line(out, "alias", d.path("alias"));
    line(out, "type", d.path("type"));
    line(out, "model", d.path("model"));
    line(out, "UUID", d.path("uuid"));
    line(out, "memory", DevicesCommand.gib(d.path("memoryBytes")));
    line(out, "PCI", d.path("pciBusId"));
    line(out, "PCIe root", d.path("pcieRoot"));
    line(out, "NUMA node", d.path("numaNode"));
    line(out, "files", DevicesCommand.joined(d.path("files")));
    line(out, "present", d.path("present").asBoolean(true) ? "yes" : "no");
    line(out, "claims", DevicesCommand.joined(d.path("claims")));
    line(out, "health", d.path("health"));
    for (JsonNode r : d.path("reasons")) {
      out.println(
          "  since " + Quantity.time(r.path("since").asText()) + ": " + r.path("message").asText());
      out.println("  recommended action: " + r.path("action").asText());
      out.println("  " + taint(r.path("effect").asText()));
      out.println("  ends when " + r.path("ends").asText());
    }
    for (JsonNode s : d.path("signals")) {
      line(out, "signal", s.path("signal").asText() + ": " + s.path("message").asText());
      out.println("  recommended action: " + s.path("advice").asText());
    }
    processes(d, out);
    if (d.has("kernelLog")) {
      out.println("kernel log");
      for (JsonNode line : d.path("kernelLog")) {
        out.println(
            "  " + Quantity.time(line.path("time").asText()) + "  " + line.path("text").asText());
      }
    }
    ReadingLines.print(d.path("readings"), out);
  }

  /** For a person who may not know what the effects of Kubernetes do. */
  private static String taint(String effect) {
    return switch (effect) {
      case "NoTaint" -> "taint: none";
      case "None" -> "taint effect: None (information only)";
      case "NoSchedule" -> "taint effect: NoSchedule (no new pods)";
      case "NoExecute" ->
          "taint effect: NoExecute (no new pods, and pods that have it are evicted)";
      default -> "taint effect: " + effect;
    };
  }

  private static void processes(JsonNode d, PrintWriter out) {
    if (d.path("processes").isEmpty()) {
      return;
    }
    Table table =
        new Table("PID", "COMMAND", "ACTIVITY", "MEMORY", "UTIL", "OWNER", "POD", "CLAIM");
    for (JsonNode p : d.path("processes")) {
      table.row(
          p.path("pid").asText(),
          p.path("command").asText("-"),
          p.path("activity").asText(),
          DevicesCommand.gib(p.path("memoryBytes")),
          DevicesCommand.percent(p.path("utilization")),
          p.path("owner").asText(),
          p.path("pod").asText(p.path("podUid").asText("-")),
          p.path("claim").asText("-"));
    }
    out.println("processes");
    out.print(table);
    if (d.has("otherProcesses")) {
      out.println("and " + d.path("otherProcesses").asText() + " more with less memory");
    }
  }

  private static void line(PrintWriter out, String label, JsonNode value) {
    if (!value.isMissingNode()) {
      line(out, label, value.asText());
    }
  }

  private static void line(PrintWriter out, String label, String value) {
    out.printf("%-12s %s%n", label, value);
  }
}
