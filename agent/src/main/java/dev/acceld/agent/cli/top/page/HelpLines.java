package dev.acceld.agent.cli.top.page;

import dev.acceld.agent.cli.top.page.Line.Span;
import java.util.ArrayList;
import java.util.List;

/** What the keys do, and what the signs mean. */
final class HelpLines {
  private HelpLines() {}

  static List<Line> of(Look look) {
    List<Line> lines = new ArrayList<>();
    head("Keys", lines);
    key("1 … 5", "devices, claims, pods, processes, faults", look, lines);
    key("Tab, Right", "the next of these; Shift-Tab, Left: the previous one", look, lines);
    key("Up, Down, k, j", "select a row; PgUp, PgDn, Home or g, End or G", look, lines);
    key("Enter", "show all details of the row", look, lines);
    key("Esc, h", "go back from details and help; Left, Backspace, too", look, lines);
    key("Space, +, -", "show or hide the partitions of a GPU", look, lines);
    key("/", "show only rows with a text; Esc shows all again", look, lines);
    key("s, >, S, <", "sort by the next, the previous column; r: reverse the order", look, lines);
    key("p", "pause and continue", look, lines);
    key("?, h", "show this help", look, lines);
    key("q, Ctrl-C", "quit", look, lines);
    head("Signs", lines);
    key(look.none(), "not known, or the device does not support it", look, lines);
    key("stale 12s", "the last sample of the device is that old", look, lines);
    key("hung 2m0s", "a call into its driver has not come back for so long", look, lines);
    key("gone", "the device has vanished", look, lines);
    key("NO CLAIM", "the process uses a device without a claim for it", look, lines);
    key("THROTTLED BY", "what holds the clocks down now", look, lines);
    key("SM%, UTIL", "share of time in which a kernel ran", look, lines);
    key("RX/TX", "what the device receives and sends over PCIe", look, lines);
    return lines;
  }

  private static void head(String text, List<Line> lines) {
    lines.add(Line.of(text, Style.HEAD));
  }

  private static void key(String key, String what, Look look, List<Line> lines) {
    String shown = look.ascii() ? key.replace("…", "to") : key;
    lines.add(
        new Line(
            List.of(
                new Span("  " + Fit.exactly(shown, 15, look) + " ", Style.TITLE),
                new Span(what, Style.PLAIN))));
  }
}
