package dev.acceld.probe.amd.sampling;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The faulty pages of the memory of one GPU. */
final class PageWatch {
  /** A typical GPU has no more than one bad page in so much memory ({@code RAS_BAD_PAGE_COVER}). */
  private static final long BYTES_PER_PAGE = 100L << 20;

  /** The driver retires pages because of errors that could not be corrected. */
  private static final int UNCORRECTED = MetricDimension.BIT_ERRORS.names().indexOf("double-bit");

  private final DeviceName device;
  private final Consumer<Signal> signals;
  private final Set<DefectKind> raised = EnumSet.noneOf(DefectKind.class);
  private @Nullable BadPages last;

  PageWatch(DeviceName device, Consumer<Signal> signals) {
    this.device = device;
    this.signals = signals;
  }

  /**
   * How many bad pages the driver tolerates: as its parameter says, else as it computes it by
   * default; empty where it does not retire pages, or the size of the memory is not known.
   *
   * @param parameter {@code bad_page_threshold}: 0 retires none, negative values are computed
   */
  static OptionalLong threshold(OptionalLong parameter, OptionalLong memoryBytes) {
    long wanted = parameter.orElse(-1);
    if (wanted >= 0) {
      return wanted == 0 ? OptionalLong.empty() : parameter;
    }
    return memoryBytes.isPresent() && memoryBytes.getAsLong() >= BYTES_PER_PAGE
        ? OptionalLong.of(memoryBytes.getAsLong() / BYTES_PER_PAGE)
        : OptionalLong.empty();
  }

  /**
   * One more look.
   *
   * @param pages null when they could not be read, which changes nothing
   */
  void look(@Nullable BadPages pages, OptionalLong threshold, Instant at) {
    last = pages;
    if (pages == null) {
      return;
    }
    say(DefectKind.PAGE_RETIREMENT_FAILED, pages.failed() > 0, count(pages.failed()), at);
    say(DefectKind.PAGE_RETIREMENT_PENDING, pages.pending() > 0, count(pages.pending()), at);
    if (threshold.isPresent()) {
      say(
          DefectKind.PAGE_RETIREMENT_LIMIT,
          pages.all() > threshold.getAsLong(),
          count(pages.all()) + ", threshold " + threshold.getAsLong(),
          at);
    }
  }

  private static String count(int pages) {
    return pages == 1 ? "1 page" : pages + " pages";
  }

  private void say(DefectKind kind, boolean is, String detail, Instant at) {
    if (is ? raised.add(kind) : raised.remove(kind)) {
      signals.accept(new Signal.Defect(device, at, kind, is, is ? detail : ""));
    }
  }

  /** What the last look showed. */
  void put(Sample.Builder sample) {
    if (last != null) {
      sample.put(Metric.RETIRED_PAGES, UNCORRECTED, last.retired());
      sample.put(Metric.RETIRED_PAGES_PENDING, last.pending() > 0 ? 1 : 0);
    }
  }
}
