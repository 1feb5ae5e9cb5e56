package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.UsageCells;
import dev.acceld.agent.cli.top.page.Readings.Together;
import java.util.ArrayList;
import java.util.List;

/** The prepared claims, and what they use. */
final class ClaimGrid {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("CLAIM", 0, 20),
          Column.number("DEVICES", 2),
          Column.number("UTIL", 1),
          Column.chart("LAST 10 MIN", 3, 60),
          Column.number("MEM GiB", 4),
          Column.number("HELD", 2),
          Column.number("MEAN", 6),
          Column.number("IDLE", 5),
          Column.number("ENERGY", 8),
          Column.text("PODS", 7, 18),
          Column.text("NAMES", 9, 8),
          Column.whole("SINCE", Column.DETAIL),
          Column.whole("UID", Column.DETAIL));

  private ClaimGrid() {}

  static Grid of(Answer answer, Look look) {
    List<Grid.Row> rows = new ArrayList<>();
    for (JsonNode claim : answer.node().path("claims")) {
      rows.add(new Grid.Row(claim.path("uid").asText(), "", cells(answer, claim, look)));
    }
    String empty =
        answer.node().has("claims")
            ? "No claims are prepared on this node."
            : "The agent cannot tell which claims are prepared.";
    return new Grid(COLUMNS, rows, empty);
  }

  private static List<Cell> cells(Answer answer, JsonNode claim, Look look) {
    List<String> names = new ArrayList<>();
    claim.path("devices").forEach(d -> names.add(d.path("device").asText()));
    List<String> single = answer.single(names);
    Together together = Together.of(answer, single);
    UsageCells used = new UsageCells(claim.path("usage"));
    JsonNode usage = claim.path("usage").path("usage");
    return List.of(
        Cell.of(claim.path("namespace").asText() + "/" + claim.path("name").asText()),
        Cell.number(Integer.toString(single.size()), single.size()),
        Texts.percent(together.utilization(), look),
        Cell.chart(together.trend(), 1),
        Texts.gib(together.memory(), look),
        Texts.duration(answer.secondsSince(claim.path("preparedAt")), look),
        counted(used.utilization(), mean(usage), look),
        Texts.duration(Texts.number(usage.path("idleSeconds")), look),
        counted(used.energy(), Texts.number(usage.path("energyJoules")), look),
        Texts.joined(Texts.list(claim.path("pods")), look),
        Texts.joined(names.stream().map(answer::shortName).toList(), look),
        Cell.of(Quantity.time(claim.path("preparedAt").asText())),
        Texts.text(claim.path("uid"), look));
  }

  private static double mean(JsonNode usage) {
    double held = Texts.number(usage.path("deviceSeconds"));
    return held > 0 ? Texts.number(usage.path("utilizationSeconds")) / held : Double.NaN;
  }

  private static Cell counted(String text, double number, Look look) {
    return Double.isNaN(number) ? Cell.none(look) : Cell.number(text, number);
  }
}
