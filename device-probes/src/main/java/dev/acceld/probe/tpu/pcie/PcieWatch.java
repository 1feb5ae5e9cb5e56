package dev.acceld.probe.tpu.pcie;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Sample;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciErrors;
import dev.acceld.host.PciLink;
import dev.acceld.host.PciLinkWidth;
import dev.acceld.probe.Signal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Looks at the PCIe functions of chips again and again. Half a dozen small files a function; for
 * one thread.
 *
 * <p>Not used: {@code enable}, which is 0 while no process has the chip open, and {@code
 * broken_parity_status}, which is for the administrator to write and says nothing of errors. The
 * kernel shows a function's error state (frozen, failed) nowhere in sysfs.
 */
public final class PcieWatch {
  /**
   * The kernel's names of correctable errors (drivers/pci/pcie/aer.c), and those of the readings.
   */
  private static final Map<String, String> KINDS =
      Map.of(
          "RxErr", "receiver",
          "BadTLP", "bad-tlp",
          "BadDLLP", "bad-dllp",
          "UnsupReq", "unsupported-request");

  private final PciDevices pci;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Optional<Duration> hold;
  private final Map<DeviceName, Chip> chips = new HashMap<>();
  private final List<Signal> pending = new ArrayList<>();

  private record Chip(ErrorWatch errors, LinkWatch link) {}

  /**
   * Has looked at nothing yet.
   *
   * @param hold how long after its last uncorrected error a chip is not as it should be; empty:
   *     until it is reset
   */
  public PcieWatch(
      PciDevices pci, InstantSource clock, LongSupplier nanos, Optional<Duration> hold) {
    this.pci = pci;
    this.clock = clock;
    this.nanos = nanos;
    this.hold = hold;
  }

  /** One look at a chip; what it tells, empty where the kernel tells nothing. */
  public Sample look(DeviceName name, List<PciAddress> functions) {
    Chip chip =
        chips.computeIfAbsent(
            name,
            n -> new Chip(new ErrorWatch(n, hold, pending::add), new LinkWatch(n, pending::add)));
    Sample.Builder sample = new Sample.Builder();
    first(functions, pci::linkWidth).ifPresent(width -> link(chip, width, functions, sample));
    Map<PciAddress, PciErrors> errors = new LinkedHashMap<>();
    functions.forEach(f -> pci.errors(f).ifPresent(e -> errors.put(f, e)));
    chip.errors
        .look(errors, clock.instant(), nanos.getAsLong())
        .ifPresent(total -> put(total, sample));
    return sample.build();
  }

  private void link(
      Chip chip, PciLinkWidth width, List<PciAddress> functions, Sample.Builder sample) {
    if (!chip.link.look(width, clock.instant())) {
      return;
    }
    sample.put(Metric.PCIE_WIDTH, width.now());
    first(functions, pci::link)
        .map(PciLink::generation)
        .filter(generation -> generation > 0)
        .ifPresent(generation -> sample.put(Metric.PCIE_GENERATION, generation));
  }

  /** All functions of a chip have one link. */
  private static <T> Optional<T> first(
      List<PciAddress> functions, Function<PciAddress, Optional<T>> what) {
    return functions.stream().map(what).flatMap(Optional::stream).findFirst();
  }

  private static void put(PciErrors errors, Sample.Builder sample) {
    put(sample, "correctable", errors.correctable());
    put(sample, "non-fatal", errors.nonFatal());
    put(sample, "fatal", errors.fatal());
    KINDS.forEach((kernel, name) -> put(sample, name, errors.of(kernel)));
  }

  private static void put(Sample.Builder sample, String error, long count) {
    sample.put(Metric.PCIE_ERRORS, MetricDimension.PCIE_ERROR.names().indexOf(error), count);
  }

  /** The signals since the last call, oldest first. */
  public List<Signal> drain() {
    List<Signal> all = List.copyOf(pending);
    pending.clear();
    return all;
  }
}
