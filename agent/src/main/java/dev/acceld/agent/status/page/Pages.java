package dev.acceld.agent.status.page;

import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.model.ClaimList;
import dev.acceld.agent.status.model.DeviceLookup;
import dev.acceld.agent.status.model.DeviceStatus;
import dev.acceld.agent.status.model.FaultFile;
import dev.acceld.agent.status.model.Status;
import dev.acceld.agent.status.model.StatusSources;
import dev.acceld.snapshot.NodeSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All pages and what they need, by path. */
public final class Pages {
  private static final int CHARACTERS = 16 << 10;

  private Pages() {}

  /** The endpoints by path. */
  public static Map<String, Endpoint> of(StatusSources sources, FaultFile faults) {
    Assets assets = new Assets();
    Layout layout = new Layout(sources, assets);
    return Map.of(
        "/",
        new Overview(sources, faults, layout),
        "/claims",
        new Shared(() -> claims(sources, layout)),
        "/prepares",
        new Shared(() -> prepares(sources, layout)),
        "/faults",
        new Shared(() -> faults(faults, layout)),
        "/devices/",
        new DevicePage(sources, faults, layout),
        "/faults/",
        new FaultPage(faults, layout),
        "/assets/",
        assets);
  }

  private static Reply claims(StatusSources sources, Layout layout) {
    NodeSnapshot node = sources.snapshot().get();
    List<DeviceStatus> devices = Status.devices(node, sources);
    return layout.page(
        200,
        "claims",
        "Claims",
        CHARACTERS,
        (html, root) -> {
          html.text("h1", "Claims prepared on this node");
          Lists.claims(html, root, ClaimList.of(node, sources), Overview.aliases(devices));
        });
  }

  private static Reply prepares(StatusSources sources, Layout layout) {
    return layout.page(
        200,
        "prepares",
        "Prepares",
        CHARACTERS,
        (html, root) -> {
          html.text("h1", "The last prepares of claims");
          PrepareWaterfall.write(html, root, Status.prepares(sources.prepares().get()));
        });
  }

  private static Reply faults(FaultFile faults, Layout layout) {
    return layout.page(
        200,
        "faults",
        "Faults",
        CHARACTERS,
        (html, root) -> {
          html.text("h1", "Recorded faults of this node");
          Lists.faults(html, root, faults.list(), Integer.MAX_VALUE);
        });
  }

  /** A page that is the same for all who ask at the same time. */
  private record Shared(Supplier<Reply> page) implements Endpoint {
    @Override
    public Reply get(Request request) {
      return page.get();
    }

    @Override
    public Weight weight() {
      return Weight.SHARED;
    }

    @Override
    public String variant(Request request) {
      return "";
    }
  }

  /** A page that says that something is not known yet. */
  static Reply notKnown(Layout layout, String path, String what) {
    Reply page =
        layout.page(
            503,
            path,
            "Not known yet",
            CHARACTERS,
            (html, root) -> {
              html.text("h1", "Not known yet");
              html.text("p", what);
              html.open("p").text("'acceld doctor' shows what is missing. ");
              html.text("a", "Back to the overview", "href", root).text(".").close();
            });
    Map<String, String> headers = new HashMap<>(page.headers());
    headers.put("Retry-After", DeviceLookup.RETRY_SECONDS);
    return page.with(headers);
  }

  /** A page that says that there is nothing, with the ways back. */
  static Reply missing(Layout layout, String path, String what, String remedy) {
    return layout.page(
        404,
        path,
        "Not found",
        CHARACTERS,
        (html, root) -> {
          html.text("h1", "Not found");
          html.text("p", what);
          html.open("p").text(remedy + " ");
          html.text("a", "Back to the overview", "href", root).text(".").close();
        });
  }
}
