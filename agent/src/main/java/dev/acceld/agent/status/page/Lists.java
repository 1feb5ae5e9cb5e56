package dev.acceld.agent.status.page;

import dev.acceld.agent.http.Condition;
import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.ClaimList;
import dev.acceld.agent.status.model.ClaimStatus;
import dev.acceld.agent.status.model.FaultFile.Faults;
import dev.acceld.agent.status.model.FaultStatus;
import java.util.List;
import java.util.Map;

/** Claims, faults and conditions as tables. */
final class Lists {
  private Lists() {}

  /**
   * The claims.
   *
   * @param aliases short names of devices by their names
   */
  static void claims(Html html, String root, ClaimList claims, Map<String, String> aliases) {
    if (!claims.known()) {
      html.text(
          "p",
          "Not all claims are known: a record cannot be read. The condition 'claims' names it.",
          "class",
          "state");
      if (claims.claims().isEmpty()) {
        return;
      }
    }
    if (claims.claims().isEmpty()) {
      html.text("p", "No claim is prepared on this node.", "class", "muted");
      return;
    }
    Layout.table(
        html,
        "Prepared claims",
        List.of(
            "Claim",
            "Pods",
            "Devices",
            "Prepared",
            "Held for",
            "First use after",
            "Mean utilization",
            "Device time idle",
            "Energy"),
        rows -> claims.claims().forEach(c -> claim(rows, root, c, aliases)));
  }

  private static void claim(Html html, String root, ClaimStatus c, Map<String, String> aliases) {
    html.open("tr", "id", Links.anchor(c.uid())).open("th", "scope", "row");
    html.text("bdi", c.namespace() + "/" + c.name()).close();
    html.open("td");
    c.pods().forEach(pod -> html.open("p").text("bdi", pod).close());
    html.text(c.pods().isEmpty() ? Figures.NONE : "").close();
    html.open("td");
    for (ClaimStatus.Held held : c.devices()) {
      html.open("p");
      held(html, root, held, aliases);
      html.text(held.adminAccess() ? " (admin access)" : "").close();
    }
    html.close();
    html.open("td").text("time", Figures.time(c.preparedAt()), "datetime", c.preparedAt()).close();
    html.text("td", Figures.seconds(c.heldSeconds()), "class", "value");
    html.text("td", Figures.seconds(c.firstUseSeconds()), "class", "value");
    html.text("td", Figures.percent(c.meanUtilizationRatio()), "class", "value");
    html.text("td", Figures.seconds(c.idleDeviceSeconds()), "class", "value");
    html.text("td", Figures.joules(c.energyJoules()), "class", "value");
    html.close().line();
  }

  /** A block of devices has no page: its devices have. */
  private static void held(
      Html html, String root, ClaimStatus.Held held, Map<String, String> aliases) {
    List<String> members = held.members();
    if (members == null) {
      Links.device(html, root, held.device(), aliases.getOrDefault(held.device(), held.device()));
      return;
    }
    html.text("bdi", held.device());
    String before = ": ";
    for (String member : members) {
      html.text(before);
      Links.device(html, root, member, aliases.getOrDefault(member, member));
      before = ", ";
    }
  }

  /**
   * The recorded faults.
   *
   * @param most so many of the latest are shown
   */
  static void faults(Html html, String root, Faults faults, int most) {
    faults.damaged().forEach(why -> html.text("p", why, "class", "state"));
    if (!faults.known()) {
      if (faults.damaged().isEmpty()) {
        html.text(
            "p",
            "The records of faults are not known: their disk does not respond.",
            "class",
            "state");
      }
      return;
    }
    if (faults.faults().isEmpty()) {
      if (faults.damaged().isEmpty()) {
        html.text("p", "No fault is recorded on this node.", "class", "muted");
      }
      return;
    }
    Layout.table(
        html,
        "Recorded faults, the latest first",
        List.of("Fault", "Device", "What is wrong", "Detected", "State", "Claims then"),
        rows -> faults.faults().stream().limit(most).forEach(f -> fault(rows, root, f)));
    if (faults.faults().size() > most) {
      html.open("p");
      html.text("a", "All " + faults.faults().size() + " faults", "href", root + "faults").close();
    }
  }

  private static void fault(Html html, String root, FaultStatus f) {
    html.open("tr").open("th", "scope", "row");
    Links.fault(html, root, f.id());
    html.close().open("td");
    String alias = f.alias();
    Links.device(html, root, f.device(), alias == null ? f.device() : alias);
    html.close().open("td", "class", "wide").text(f.message());
    if (f.endedAt() == null && !f.action().equals("none")) {
      html.text(" ").text("span", "Action: " + f.action() + ".", "class", "action");
    }
    html.close().open("td");
    html.text("time", Figures.time(f.detectedAt()), "datetime", f.detectedAt()).close();
    html.open("td");
    ended(html, f);
    html.close().open("td");
    f.holders().stream()
        .map(h -> h.namespace() + "/" + h.claim())
        .distinct()
        .forEach(claim -> html.open("p").text("bdi", claim).close());
    html.close().close().line();
  }

  /** Whether a fault lasts. */
  static void ended(Html html, FaultStatus f) {
    String at = f.endedAt();
    if (at == null) {
      html.text("span", "active", "class", "state unhealthy");
    } else {
      html.text("span", "ended", "class", "ok").text(" ");
      html.text("time", Figures.time(at), "datetime", at);
    }
  }

  /** The conditions, those first that are not met. */
  static void conditions(Html html, List<Condition> conditions) {
    List<Condition> sorted =
        conditions.stream().sorted((a, b) -> Boolean.compare(a.ok(), b.ok())).toList();
    Layout.table(
        html,
        "Conditions of readiness",
        List.of("Condition", "State", "What it says"),
        rows -> {
          for (Condition c : sorted) {
            rows.open("tr").text("th", c.name(), "scope", "row").open("td");
            String state = c.ok() ? "ok" : c.required() ? "missing" : "warning";
            rows.text("span", state, "class", c.ok() ? "ok" : "state " + style(c));
            rows.close().text("td", c.sentence()).close().line();
          }
        });
  }

  private static String style(Condition c) {
    return c.required() ? "unhealthy" : "degraded";
  }
}
