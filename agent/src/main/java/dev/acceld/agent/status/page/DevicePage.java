package dev.acceld.agent.status.page;

import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.DeviceDetail;
import dev.acceld.agent.status.model.DeviceDetail.ProcessStatus;
import dev.acceld.agent.status.model.DeviceLookup;
import dev.acceld.agent.status.model.DeviceStatus;
import dev.acceld.agent.status.model.FaultFile;
import dev.acceld.agent.status.model.FaultFile.Faults;
import dev.acceld.agent.status.model.StatusSources;
import dev.acceld.device.DeviceName;
import dev.acceld.history.History;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /devices/NAME}: all of one device. */
final class DevicePage implements Endpoint {
  private static final String PATH = "/devices/";
  private static final int CHARACTERS = 48 << 10;
  private static final int FAULTS = 10;

  private final StatusSources sources;
  private final FaultFile faults;
  private final Layout layout;

  DevicePage(StatusSources sources, FaultFile faults, Layout layout) {
    this.sources = sources;
    this.faults = faults;
    this.layout = layout;
  }

  @Override
  public Weight weight() {
    return Weight.LARGE;
  }

  @Override
  public Reply get(Request request) {
    String name = request.path().substring(PATH.length());
    DeviceLookup found = DeviceLookup.of(sources, name);
    DeviceDetail detail = found.detail();
    if (detail == null && !found.known()) {
      return Pages.notKnown(layout, "devices/x", found.sentence());
    }
    if (detail == null) {
      return Pages.missing(layout, "devices/x", found.sentence(), "It may have been removed.");
    }
    return layout.page(
        200,
        "devices/x",
        detail.device().shortName(),
        CHARACTERS,
        (html, root) -> write(html, root, detail));
  }

  private void write(Html html, String root, DeviceDetail detail) {
    DeviceStatus d = detail.device();
    html.open("h1").text("bdi", d.shortName()).close();
    html.open("dl", "class", "facts");
    fact(html, "Name", d.name());
    fact(html, "Model", d.model());
    html.text("dt", "State").open("dd");
    DeviceTable.state(html, d);
    html.close();
    html.text("dt", "Claim and pod").open("dd");
    DeviceTable.claims(html, root, d);
    html.close();
    DeviceStatus.Partition partition = d.partition();
    if (partition != null) {
      html.text("dt", "Partition").open("dd").text(partition.profile() + " of ");
      Links.device(html, root, partition.of(), partition.of());
      html.close();
    }
    fact(html, "UUID", d.uuid());
    fact(html, "PCI bus ID", d.pciBusId());
    fact(html, "PCIe root", d.pcieRoot());
    fact(html, "NUMA node", d.numaNode());
    fact(html, "Device files", String.join(", ", detail.files()));
    html.close().line();
    charts(html, detail);
    if (!detail.partitions().isEmpty()) {
      Layout.section(
          html,
          "partitions",
          "Partitions",
          h -> {
            PartitionBars.write(h, root, d.name(), d.shortName(), detail.partitions());
            DeviceTable.write(h, root, detail.partitions(), sources.history());
          });
    }
    processes(html, detail);
    Faults all = faults.list();
    Faults own =
        new Faults(
            all.known(),
            all.faults().stream().filter(f -> f.affected().contains(d.name())).toList(),
            all.damaged()); // any of them may be about this device
    if (!own.known() || !own.damaged().isEmpty() || !own.faults().isEmpty()) {
      Layout.section(html, "faults", "Recorded faults", h -> Lists.faults(h, root, own, FAULTS));
    }
    Layout.section(html, "readings", "Readings", h -> readings(h, detail));
  }

  private void charts(Html html, DeviceDetail detail) {
    Optional<History> history = sources.history().apply(new DeviceName(detail.device().name()));
    if (history.isEmpty()) {
      return;
    }
    Layout.section(
        html,
        "history",
        "The last 10 minutes",
        h -> {
          h.open("div", "class", "charts");
          for (Charts.Kind kind : Charts.Kind.values()) {
            Charts.large(h, detail.device(), history, kind);
          }
          h.close();
        });
  }

  private static void fact(Html html, String label, @Nullable Object value) {
    if (value != null && !value.toString().isEmpty()) {
      html.text("dt", label).open("dd").text("bdi", value.toString()).close();
    }
  }

  private static void processes(Html html, DeviceDetail detail) {
    List<ProcessStatus> known = detail.processes();
    if (known == null) {
      return;
    }
    Layout.section(
        html,
        "processes",
        "Processes",
        h -> {
          if (known.isEmpty()) {
            h.text("p", "No process uses the device.", "class", "muted");
            return;
          }
          Layout.table(
              h,
              "Processes that use the device",
              List.of("PID", "Command", "Memory", "Utilization", "Owner", "Pod"),
              rows -> known.forEach(p -> process(rows, p)));
          Integer others = detail.otherProcesses();
          if (others != null) {
            h.text("p", "And " + others + " more.");
          }
        });
  }

  private static void process(Html html, ProcessStatus p) {
    html.open("tr").text("th", "" + p.pid(), "scope", "row");
    html.open("td").text("bdi", text(p.command())).close();
    html.text("td", Figures.memory(p.memoryBytes(), null), "class", "value");
    html.text("td", Figures.percent(p.utilizationRatio()), "class", "value");
    html.text("td", p.owner()).open("td").text("bdi", text(p.pod())).close().close().line();
  }

  private static String text(@Nullable String known) {
    return known == null ? Figures.NONE : known;
  }

  private static void readings(Html html, DeviceDetail detail) {
    if (detail.readings().isEmpty()) {
      html.text("p", "Nothing is read of this device now.", "class", "muted");
      return;
    }
    Double age = detail.readingsAgeSeconds();
    if (age != null) {
      html.text("p", "Measured " + Figures.seconds(age) + " ago, in the units of the names.");
    }
    Layout.table(
        html,
        "Latest readings",
        List.of("Reading", "Value"),
        rows ->
            detail
                .readings()
                .forEach((name, value) -> {
                  rows.open("tr").text("th", name, "scope", "row").open("td");
                  if (value instanceof Map<?, ?> parts) {
                    parts.forEach(
                        (part, of) -> rows.text("span", part + ": " + of, "class", "pair"));
                  } else {
                    rows.text(value.toString());
                  }
                  rows.close().close().line();
                }));
  }
}
