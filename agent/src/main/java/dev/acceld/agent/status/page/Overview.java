package dev.acceld.agent.status.page;

import dev.acceld.agent.http.Condition;
import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.ClaimList;
import dev.acceld.agent.status.model.DeviceStatus;
import dev.acceld.agent.status.model.FaultFile;
import dev.acceld.agent.status.model.Status;
import dev.acceld.agent.status.model.StatusSources;
import dev.acceld.agent.status.model.Topology;
import dev.acceld.snapshot.NodeSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code /}: everything on one page. */
final class Overview implements Endpoint {
  private static final int ROW_CHARACTERS = 3000;
  private static final int FAULTS = 10;

  private final StatusSources sources;
  private final FaultFile faults;
  private final Layout layout;

  Overview(StatusSources sources, FaultFile faults, Layout layout) {
    this.sources = sources;
    this.faults = faults;
    this.layout = layout;
  }

  @Override
  public Weight weight() {
    return Weight.SHARED;
  }

  @Override
  public String variant(Request request) {
    return "";
  }

  @Override
  public Reply get(Request request) {
    NodeSnapshot node = sources.snapshot().get();
    List<DeviceStatus> devices = Status.devices(node, sources);
    return layout.page(
        200,
        "",
        "Overview",
        devices.size() * ROW_CHARACTERS + (16 << 10),
        (html, root) -> write(html, root, node, devices));
  }

  private void write(Html html, String root, NodeSnapshot node, List<DeviceStatus> devices) {
    List<Condition> conditions = Status.conditions(sources.conditions().get());
    html.text("h1", "Accelerators of this node");
    List<String> unanswered = Status.unanswered(node);
    ClaimList claims = ClaimList.of(node, sources);
    summary(html, devices, unanswered.isEmpty(), claims.known(), conditions);
    Layout.section(
        html,
        "devices",
        "Devices",
        h -> {
          if (!unanswered.isEmpty()) {
            String why = String.join("; ", unanswered);
            h.text("p", "Not all devices are known: " + why, "class", "state");
          }
          if (devices.isEmpty() && unanswered.isEmpty()) {
            h.text("p", "No devices on this node. 'acceld doctor' shows why.", "class", "muted");
          } else if (!devices.isEmpty()) {
            DeviceTable.write(h, root, devices, sources.history());
          }
        });
    Map<String, List<DeviceStatus>> parts = PartitionBars.byGpu(devices);
    Map<String, String> aliases = aliases(devices);
    if (!parts.isEmpty()) {
      Layout.section(
          html,
          "partitions",
          "Partitions",
          h ->
              parts.forEach((gpu, own) ->
                  PartitionBars.write(h, root, gpu, aliases.getOrDefault(gpu, gpu), own)));
    }
    Layout.section(html, "claims", "Claims", h -> Lists.claims(h, root, claims, aliases));
    Layout.section(
        html,
        "prepares",
        "Latest prepares",
        h -> PrepareWaterfall.write(h, root, Status.prepares(sources.prepares().get())));
    Layout.section(
        html, "faults", "Recorded faults", h -> Lists.faults(h, root, faults.list(), FAULTS));
    Topology topology = Status.topology(node);
    if (topology.devices().size() > 1) {
      Layout.section(html, "topology", "Topology", h -> TopologyMatrix.write(h, root, topology));
    }
    Layout.section(html, "conditions", "Conditions", h -> Lists.conditions(h, conditions));
  }

  /** Short names by name. */
  static Map<String, String> aliases(List<DeviceStatus> devices) {
    Map<String, String> aliases = new HashMap<>();
    devices.forEach(d -> aliases.put(d.name(), d.shortName()));
    return aliases;
  }

  /**
   * The figures at the top.
   *
   * @param known whether these are all devices
   * @param claimsKnown whether all claims are known
   */
  private static void summary(
      Html html,
      List<DeviceStatus> devices,
      boolean known,
      boolean claimsKnown,
      List<Condition> conditions) {
    long healthy = devices.stream().filter(d -> d.present() && d.state().equals("healthy")).count();
    long held = devices.stream().filter(d -> !d.claims().isEmpty()).count();
    long warnings = conditions.stream().filter(c -> !c.ok()).count();
    boolean ready = conditions.stream().noneMatch(Condition::blocks);
    html.open("ul", "class", "summary");
    String all = known ? " of " + devices.size() : " of " + Figures.NONE;
    item(html, healthy + all, "devices healthy", known && healthy == devices.size());
    String counted = claimsKnown ? "" + held : held == 0 ? Figures.NONE : "at least " + held;
    item(html, counted + all, "devices held by claims", known && claimsKnown);
    item(html, ready ? "ready" : "not ready", "for the kubelet", ready);
    item(
        html,
        "" + warnings,
        warnings == 1 ? "condition not met" : "conditions not met",
        warnings == 0);
    html.close().line();
  }

  private static void item(Html html, String figure, String what, boolean good) {
    html.open("li", "class", good ? null : "bad");
    html.text("b", figure).text(" " + what).close();
  }
}
