package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.acceld.agent.cli.top.page.Choice.Mode;
import dev.acceld.agent.cli.top.page.Line.Span;
import dev.acceld.agent.cli.top.page.Shown.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lays out screens. */
public final class Pages {
  /** A lower screen has no line of views. */
  private static final int LOW = 8;

  /** What an answer that is older than so many seconds is called. */
  private static final double OLD = 3;

  private final Look look;

  /** For a terminal that shows that. */
  public Pages(Look look) {
    this.look = look;
  }

  /** The screen of so many columns and rows, at least one each. */
  public Frame screen(Answer answer, Choice choice, int columns, int rows) {
    List<Line> lines = new ArrayList<>();
    lines.add(title(answer, choice));
    if (rows >= LOW) {
      lines.add(views(answer, choice));
    }
    if (!answer.waiting().isEmpty()) {
      lines.add(
          Line.of(
              "waiting " + Texts.duration(answer.waitingSeconds()) + ": " + answer.waiting(),
              Style.WARN));
    }
    lines.addAll(note(answer, choice));
    int room = room(answer, choice, rows);
    lines.addAll(first(body(answer, choice, columns, room), room));
    while (lines.size() < rows - 1) {
      lines.add(Line.EMPTY);
    }
    lines.add(foot(choice));
    return new Frame(first(lines, rows).stream().map(line -> line.fit(columns, look)).toList());
  }

  /** One view from its first to its last row with all partitions, for what is no terminal. */
  public String printed(Answer answer, Choice choice, int columns) {
    Grid grid = grid(choice.view(), answer, look);
    List<Item> items = Shown.of(grid, choice.unfolding(grid), look).items();
    List<Line> lines = new ArrayList<>(note(answer, choice));
    if (items.isEmpty()) {
      lines.add(Line.of(nothing(grid, choice), Style.DIM));
      return new Frame(lines).text();
    }
    TableLines table = new TableLines(grid, items, choice.order(), columns, look);
    lines.add(table.head());
    items.forEach(item -> lines.add(table.row(item, false)));
    return new Frame(lines).text();
  }

  /** The keys of the rows that are shown, in their order. */
  List<String> keys(Answer answer, Choice choice) {
    return Shown.of(grid(choice.view(), answer, look), choice, look).items().stream()
        .map(item -> item.row().key())
        .toList();
  }

  /** The columns by which a view can be sorted. */
  static List<Column> columns(View view) {
    Answer nothing = new Answer(MissingNode.getInstance(), MissingNode.getInstance(), "", 0, "", 0);
    return grid(view, nothing, new Look(true)).columns().stream()
        .filter(column -> column.keep() < Column.DETAIL)
        .toList();
  }

  /** The titles of the columns by which a view can be sorted. */
  public static List<String> titles(View view) {
    return columns(view).stream().map(Column::title).toList();
  }

  /** The order by the column of that title, in upper or lower case; empty when there is none. */
  public static Optional<Choice.Order> order(View view, String title) {
    return columns(view).stream()
        .filter(column -> column.title().equalsIgnoreCase(title))
        .findFirst()
        .map(column -> new Choice.Order(column.title(), column.descending()));
  }

  private static List<Line> first(List<Line> lines, int most) {
    return lines.subList(0, Math.min(lines.size(), Math.max(0, most)));
  }

  /** What the view cannot show; no line when that is nothing. */
  private static List<Line> note(Answer answer, Choice choice) {
    String note = choice.view() == View.FAULTS ? answer.faultsNotKnown() : "";
    return note.isEmpty() ? List.of() : List.of(Line.of(note, Style.WARN));
  }

  private Line title(Answer answer, Choice choice) {
    JsonNode node = answer.node();
    StringBuilder text = new StringBuilder("acceld");
    if (answer.isThere()) {
      text.append("  ").append(node.path("node").asText());
      text.append("  ").append(answer.at().toString(), 11, 19).append("Z");
    }
    List<Span> spans = new ArrayList<>();
    spans.add(new Span(text.toString(), Style.TITLE));
    if (choice.paused()) {
      spans.add(new Span("  PAUSED", Style.WARN));
    }
    if (answer.isThere() && answer.ageSeconds() > OLD) {
      spans.add(new Span("  this is " + Texts.duration(answer.ageSeconds()) + " old", Style.WARN));
    }
    spans.add(new Span("  " + summary(answer), Style.TITLE));
    return new Line(spans);
  }

  private static String summary(Answer answer) {
    if (!answer.isThere()) {
      return "";
    }
    int devices = answer.devices().size();
    int bad = 0;
    for (JsonNode device : answer.devices()) {
      bad += device.path("health").asText().equals("healthy") ? 0 : 1;
    }
    return devices
        + (devices == 1 ? " device" : " devices")
        + (bad == 0 ? "" : ", " + bad + " not healthy")
        + ", claims: "
        + (answer.node().has("claims") ? answer.node().path("claims").size() : "unknown");
  }

  private static Line views(Answer answer, Choice choice) {
    List<Span> spans = new ArrayList<>();
    for (View view : View.values()) {
      String text = view.number() + " " + view.word();
      int faults = 0;
      for (JsonNode device : answer.devices()) {
        faults += view == View.FAULTS ? device.path("reasons").size() : 0;
      }
      Style style = view == choice.view() ? Style.SELECTED : faults > 0 ? Style.BAD : Style.DIM;
      spans.add(new Span(" " + text + (faults > 0 ? " (" + faults + ")" : "") + " ", style));
    }
    return new Line(spans);
  }

  /** The same choice, scrolled no farther than to the last line. */
  public Choice within(Answer answer, Choice choice, int columns, int rows) {
    int lines =
        switch (choice.mode()) {
          case HELP -> HelpLines.of(look).size();
          case DETAIL -> {
            Grid grid = grid(choice.view(), answer, look);
            yield DetailLines.of(answer, grid, choice, columns, look).size();
          }
          case TABLE, FILTER -> 0;
        };
    int most = Math.max(0, lines - room(answer, choice, rows));
    return choice.scroll() <= most ? choice : choice.scrolled(most);
  }

  /** How many lines are left for the body. */
  private static int room(Answer answer, Choice choice, int rows) {
    int above =
        1
            + (rows >= LOW ? 1 : 0)
            + (answer.waiting().isEmpty() ? 0 : 1)
            + note(answer, choice).size();
    return Math.max(0, rows - above - 1);
  }

  private List<Line> body(Answer answer, Choice choice, int columns, int room) {
    if (choice.mode() == Mode.HELP) {
      return scrolled(HelpLines.of(look), choice, room);
    }
    if (!answer.isThere()) {
      return List.of();
    }
    Grid grid = grid(choice.view(), answer, look);
    if (choice.mode() == Mode.DETAIL) {
      return scrolled(DetailLines.of(answer, grid, choice, columns, look), choice, room);
    }
    Shown shown = Shown.of(grid, choice, look);
    if (shown.items().isEmpty()) {
      return List.of(Line.of(nothing(grid, choice), Style.DIM));
    }
    return table(answer, choice, grid, shown, columns, room);
  }

  /** What is said where no row is shown: none is there, or the filter finds none. */
  private static String nothing(Grid grid, Choice choice) {
    return grid.rows().isEmpty() ? grid.empty() : "No row has '" + choice.filter() + "'.";
  }

  private List<Line> table(
      Answer answer, Choice choice, Grid grid, Shown shown, int columns, int room) {
    TableLines table = new TableLines(grid, shown.items(), choice.order(), columns, look);
    int selected = shown.index(choice.key());
    Item chosen = shown.items().get(selected);
    List<Line> panel = List.of();
    if (choice.view() == View.DEVICES) {
      for (JsonNode device : answer.devices()) {
        if (device.path("name").asText().equals(chosen.row().key())) {
          panel = DevicePanel.of(answer, device, columns, look);
        }
      }
    }
    int free = room - 1 - Math.min(shown.items().size(), 12);
    panel = free >= 4 ? first(panel, free) : List.of();
    int rows = Math.max(0, room - 1 - panel.size());
    int above = Math.max(0, Math.min(selected, selected - rows + 1));
    List<Line> lines = new ArrayList<>();
    lines.add(table.head());
    for (int i = above; i < Math.min(shown.items().size(), above + rows); i++) {
      lines.add(table.row(shown.items().get(i), i == selected));
    }
    while (lines.size() < room - panel.size()) {
      lines.add(Line.EMPTY);
    }
    lines.addAll(panel);
    return lines;
  }

  private static List<Line> scrolled(List<Line> lines, Choice choice, int room) {
    int above = Math.clamp(choice.scroll(), 0, Math.max(0, lines.size() - room));
    return lines.subList(above, lines.size());
  }

  private Line foot(Choice choice) {
    return switch (choice.mode()) {
      case FILTER ->
          Line.of("/" + choice.filter() + "_   Enter: keep it, Esc: show all", Style.PLAIN);
      case DETAIL -> Line.of("Esc back  Up/Down scroll  ? help  q quit", Style.DIM);
      case HELP -> Line.of("Esc back  Up/Down scroll  q quit", Style.DIM);
      case TABLE ->
          Line.of(
              (choice.filter().isEmpty() ? "" : "filter '" + choice.filter() + "'  ")
                  + "Enter details  / filter  s sort  Space fold  Tab view  ? help  q quit",
              Style.DIM);
    };
  }

  private static Grid grid(View view, Answer answer, Look look) {
    return switch (view) {
      case DEVICES -> DeviceGrid.of(answer, look);
      case CLAIMS -> ClaimGrid.of(answer, look);
      case PODS -> PodGrid.of(answer, look);
      case PROCESSES -> ProcessGrid.of(answer, look);
      case FAULTS -> FaultGrid.of(answer, look);
    };
  }
}
