package dev.acceld.agent.status.page;

import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.StatusSources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What all pages have around their content. */
final class Layout {
  /** Nothing but the agent's own files, and no script or style in a page. */
  static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src"
          + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          POLICY,
          "Cache-Control",
          "no-store",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer");

  private record Entry(String path, String label) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("", "Overview"),
          new Entry("claims", "Claims"),
          new Entry("prepares", "Prepares"),
          new Entry("faults", "Faults"));

  private final StatusSources sources;
  private final Assets assets;

  Layout(StatusSources sources, Assets assets) {
    this.sources = sources;
    this.assets = assets;
  }

  /**
   * A page.
   *
   * @param path its path without the slash at the beginning; links are relative, so that the pages
   *     work below any path of a proxy
   * @param title of the page
   * @param size about so many bytes
   * @param content writes what the page is about, given the way to the root
   */
  Reply page(int status, String path, String title, int size, Content content) {
    String root = path.contains("/") ? "../" : "./";
    Html html = new Html(size);
    html.open("html", "lang", "en", "data-root", root).line();
    html.open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.text("title", title + " – acceld on " + sources.node());
    html.empty("link", "rel", "stylesheet", "href", root + assets.path("status.css"));
    html.empty("link", "rel", "icon", "href", root + assets.path("icon.svg"));
    html.open("script", "id", "script", "src", root + assets.path("status.js"), "defer", "")
        .close()
        .close()
        .line();
    html.open("body");
    html.text("a", "Skip to the content", "class", "skip", "href", "#main");
    header(html, root, path);
    html.open("main", "id", "main", "tabindex", "-1").line();
    content.write(html, root);
    html.close().line();
    footer(html, root);
    html.close().close().line();
    return new Reply(status, "text/html; charset=utf-8", html.bytes()).with(HEADERS);
  }

  /** Writes what a page is about. */
  @FunctionalInterface
  interface Content {
    /** Writes it. */
    void write(Html html, String root);
  }

  private void header(Html html, String root, String path) {
    html.open("header").open("p", "class", "brand");
    html.text("a", "acceld", "href", root).text(" on node ");
    html.text("bdi", sources.node()).close();
    html.open("nav", "aria-label", "Pages").open("ul");
    for (Entry entry : ENTRIES) {
      boolean here = path.equals(entry.path);
      html.open("li");
      html.text("a", entry.label, "href", root + entry.path, "aria-current", here ? "page" : null);
      html.close();
    }
    html.close().close();
    String now = Instant.now().toString();
    html.open("p", "class", "asof").text("as of ");
    html.text("time", Figures.time(now), "id", "asof", "datetime", now).close();
    html.text("p", "", "id", "live", "role", "status").close().line();
  }

  private void footer(Html html, String root) {
    html.open("footer").open("p");
    html.text("acceld " + sources.version() + ", driver ").text("bdi", sources.driver());
    html.text(". For programs: ");
    html.text("a", "metrics", "href", root + "metrics").text(", ");
    html.text("a", "readiness", "href", root + "readyz").text(", ");
    html.text("a", "JSON API", "href", root + "api/v1/openapi.json").text(".");
    html.close().close();
  }

  /** A section with a heading. */
  static void section(Html html, String id, String heading, Consumer<Html> content) {
    html.open("section", "id", id, "aria-labelledby", id + "-h").line();
    html.text("h2", heading, "id", id + "-h").line();
    content.accept(html);
    html.close().line();
  }

  /** A table that scrolls in its own frame where the window is narrow. */
  static void table(Html html, String caption, List<String> heads, Consumer<Html> rows) {
    html.open("div", "class", "scroll", "role", "group", "aria-label", caption, "tabindex", "0");
    html.open("table").text("caption", caption, "class", "hidden");
    html.open("thead").open("tr");
    heads.forEach(head -> html.text("th", head, "scope", "col"));
    html.close().close().line().open("tbody");
    rows.accept(html);
    html.close().close().close().line();
  }

  /** A name that others gave, kept from turning the direction of what stands beside it. */
  static void name(Html html, String name) {
    html.text("bdi", name);
  }
}
