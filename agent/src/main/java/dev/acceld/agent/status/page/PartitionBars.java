package dev.acceld.agent.status.page;

import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.DeviceStatus;
import dev.acceld.agent.status.model.DeviceStatus.Partition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How GPUs are partitioned: a bar for each, as wide as its memory slices. */
final class PartitionBars {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 40;
  private static final int LETTER = 8;

  private PartitionBars() {}

  /** The partitions by the name of their GPU; empty when there are none. */
  static Map<String, List<DeviceStatus>> byGpu(List<DeviceStatus> devices) {
    Map<String, List<DeviceStatus>> found = new LinkedHashMap<>();
    for (DeviceStatus d : devices) {
      Partition p = d.partition();
      if (p != null) {
        found.computeIfAbsent(p.of(), name -> new ArrayList<>()).add(d);
      }
    }
    return found;
  }

  static void write(Html html, String root, String gpu, String shown, List<DeviceStatus> parts) {
    int all = slices(parts);
    List<String> words = new ArrayList<>();
    parts.forEach(p -> words.add(words(p)));
    html.open("figure", "class", "bar").open("figcaption");
    Links.device(html, root, gpu, shown);
    html.text(": " + parts.size() + (parts.size() == 1 ? " partition" : " partitions")).close();
    html.open(
        "svg",
        "class",
        "partitions",
        "role",
        "img",
        "aria-label",
        shown + ": " + String.join("; ", words),
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT);
    html.open("rect", "class", "rest", "width", "" + WIDTH, "height", "" + HEIGHT).close();
    parts.forEach(p -> part(html, p, parts, all));
    html.close().close().line();
  }

  private static int slices(List<DeviceStatus> parts) {
    int all = 1;
    for (DeviceStatus d : parts) {
      Partition p = place(d);
      Integer known = p.slicesOnDevice();
      all = Math.max(all, Math.max(known == null ? 0 : known, p.firstSlice() + p.slices()));
    }
    return all;
  }

  private static void part(Html html, DeviceStatus d, List<DeviceStatus> parts, int all) {
    Partition p = place(d);
    // Parts of one GPU instance share its memory slices: they lie above each other.
    List<DeviceStatus> beside =
        parts.stream().filter(o -> place(o).firstSlice() == p.firstSlice()).toList();
    double height = (double) HEIGHT / beside.size();
    double x = (double) WIDTH * p.firstSlice() / all;
    double y = height * beside.indexOf(d);
    double width = (double) WIDTH * p.slices() / all;
    html.open("g", "class", d.availability());
    html.text("title", words(d));
    html.open(
            "rect",
            "x",
            Figures.svg(x + 1),
            "y",
            Figures.svg(y + 1),
            "width",
            Figures.svg(width - 2),
            "height",
            Figures.svg(height - 2))
        .close();
    if (height >= HEIGHT / 2.0) {
      String below = d.claims().isEmpty() ? DeviceTable.unheld(d) : d.claims().getFirst().name();
      boolean both = beside.size() == 1;
      label(html, p.profile(), x, y + (both ? 16 : 14), width, null);
      if (both) {
        label(html, below, x, y + 33, width, "small");
      }
    }
    html.close();
  }

  private static void label(
      Html html, String text, double x, double y, double width, @Nullable String style) {
    int room = (int) ((width - 10) / LETTER);
    String shown = text.length() <= room ? text : text.substring(0, Math.max(0, room - 1)) + "…";
    html.text("text", shown, "x", Figures.svg(x + 6), "y", Figures.svg(y), "class", style);
  }

  private static String words(DeviceStatus d) {
    Partition p = place(d);
    String of =
        d.claims().isEmpty()
            ? (d.availability().equals("unknown") ? "claim not known" : "free")
            : "held by " + d.claims().getFirst().namespace() + "/" + d.claims().getFirst().name();
    return p.profile()
        + " on memory slices "
        + p.firstSlice()
        + " to "
        + (p.firstSlice() + p.slices() - 1)
        + ", "
        + of
        + (d.state().equals("healthy") ? "" : ", " + d.state());
  }

  private static Partition place(DeviceStatus d) {
    Partition p = d.partition();
    if (p == null) {
      throw new IllegalArgumentException(d.name() + " is no partition");
    }
    return p;
  }
}
