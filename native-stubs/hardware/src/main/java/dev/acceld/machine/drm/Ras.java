package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import java.util.Locale;
import java.util.Map;

/**
 * Memory errors of an AMD GPU (Documentation/gpu/amdgpu/ras.rst): a counter file for each block,
 * and the pages that the driver has taken, or wants to take, out of use. The counters begin at zero
 * with the driver; retired pages are kept on the board.
 */
final class Ras {
  private static final String COUNT = "ras.";
  private static final String PAGE = "page.";
  private static final long RETIRED = 'R';
  private static final long PENDING = 'P';

  private final FileTree tree;
  private final String directory;
  private final AmdModel model;
  private final DrmState state;

  Ras(FileTree tree, Drm gpu, AmdModel model, DrmState state) {
    this.tree = tree;
    this.directory = gpu.function().directory() + "/ras";
    this.model = model;
    this.state = state;
  }

  void write() {
    int features = 0;
    for (String block : model.rasBlocks()) {
      features |= 1 << AmdModel.RAS_BLOCKS.indexOf(block);
      tree.write(directory + "/" + block + "_err_count", counts(block));
    }
    tree.write(directory + "/features", String.format(Locale.ROOT, "feature mask: 0x%x", features));
    StringBuilder pages = new StringBuilder();
    for (Map.Entry<String, Long> page : state.withPrefix(PAGE).entrySet()) {
      pages.append(
          String.format(
              Locale.ROOT,
              "0x%08x : 0x%08x : %c\n",
              firstPage() + Integer.parseInt(page.getKey()),
              4096,
              (char) page.getValue().intValue()));
    }
    String file = directory + "/gpu_vram_bad_pages";
    if (!pages.isEmpty()) {
      tree.write(file, pages.toString());
    } else if (!tree.exists(file) || !tree.read(file).isEmpty()) {
      tree.write(file, new byte[0]);
    }
  }

  private String counts(String block) {
    String key = COUNT + block;
    String counts = "ue: " + state.number(key + ".ue") + "\nce: " + state.number(key + ".ce");
    return block.equals("umc") && Boolean.TRUE.equals(model.deferredErrors())
        ? counts + "\nde: " + state.number(key + ".de")
        : counts;
  }

  /** The middle of the memory. */
  private long firstPage() {
    return model.memoryMiB() << 20 >> 13;
  }

  void add(String block, int uncorrectable, int correctable, int deferred) {
    state.add(COUNT + block + ".ue", uncorrectable);
    state.add(COUNT + block + ".ce", correctable);
    state.add(COUNT + block + ".de", deferred);
  }

  /** More bad pages: R, P or F. */
  void addPages(int count, char status) {
    int known = state.withPrefix(PAGE).size();
    for (int i = 0; i < count; i++) {
      state.put(PAGE + String.format(Locale.ROOT, "%05d", known + i), status);
    }
  }

  static int pages(DrmState state) {
    return state.withPrefix(PAGE).size();
  }

  /** The driver begins anew: counters are zero, and pages that waited for it are retired. */
  static void driverLoaded(DrmState state) {
    state.removeAll(COUNT);
    state
        .withPrefix(PAGE)
        .forEach((page, status) -> {
          if (status == PENDING) {
            state.put(PAGE + page, RETIRED);
          }
        });
  }

  /** As if nothing had ever been. */
  static void forget(DrmState state) {
    state.removeAll(COUNT);
    state.removeAll(PAGE);
  }
}
