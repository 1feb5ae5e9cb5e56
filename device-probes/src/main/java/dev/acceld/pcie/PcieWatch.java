package dev.acceld.pcie;

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
 * Looks at the PCIe functions of devices again and again. Half a dozen small files a function; for
 * one thread.
 *
 * <p>Not used: {@code enable}, which is 0 while no process has the device open, and {@code
 * broken_parity_status}, which is for the administrator to write and says nothing of errors. The
 * kernel shows a function's error state (frozen, failed) nowhere in sysfs.
 */
public final class PcieWatch {
  /** How long a device is not as it should be after an uncorrected error, unless a setting says. */
  private static final Duration HOLD = Duration.ofHours(24);

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
  private final Map<DeviceName, Watched> devices = new HashMap<>();
  private final List<Signal> pending = new ArrayList<>();

  /** Used again for each look. */
  private final Sample.Builder sample = new Sample.Builder();

  /** The same. */
  private final Map<PciAddress, PciErrors> errors = new LinkedHashMap<>();

  private static final class Watched {
    private final ErrorWatch errors;
    private final LinkWatch link;
    private Sample last = Sample.EMPTY;

    private Watched(ErrorWatch errors, LinkWatch link) {
      this.errors = errors;
      this.link = link;
    }
  }

  /** Has looked at nothing yet; a device is not as it should be for 24 hours after an error. */
  public PcieWatch(PciDevices pci, InstantSource clock, LongSupplier nanos) {
    this(pci, clock, nanos, Optional.of(HOLD));
  }

  /**
   * Has looked at nothing yet.
   *
   * @param hold how long after its last uncorrected error a device is not as it should be; empty:
   *     until it is reset
   */
  public PcieWatch(
      PciDevices pci, InstantSource clock, LongSupplier nanos, Optional<Duration> hold) {
    this.pci = pci;
    this.clock = clock;
    this.nanos = nanos;
    this.hold = hold;
  }

  /** One look at a device; what it tells, empty where the kernel tells nothing. */
  public Sample look(DeviceName name, List<PciAddress> functions) {
    Watched device = watched(name);
    sample.clear();
    link(device, functions);
    return errors(device, functions);
  }

  /**
   * The same of its errors only, for a device that may change its link by itself to save power.
   * These files are numbers in the kernel's memory: the device is not touched.
   */
  public Sample lookAtErrors(DeviceName name, List<PciAddress> functions) {
    sample.clear();
    return errors(watched(name), functions);
  }

  /**
   * A device must not be looked at for now, and people may do to it what they like: errors that are
   * counted until the next look are no signal.
   */
  public void pause(DeviceName name) {
    Watched device = devices.get(name);
    if (device != null) {
      device.errors.pause();
    }
  }

  private Watched watched(DeviceName name) {
    return devices.computeIfAbsent(
        name,
        n -> new Watched(new ErrorWatch(n, hold, pending::add), new LinkWatch(n, pending::add)));
  }

  private Sample errors(Watched device, List<PciAddress> functions) {
    errors.clear();
    for (PciAddress function : functions) {
      Optional<PciErrors> counted = pci.errors(function);
      if (counted.isPresent()) {
        errors.put(function, counted.get());
      }
    }
    device.errors.look(errors, clock.instant(), nanos.getAsLong()).ifPresent(this::put);
    device.last = sample.build(device.last);
    return device.last;
  }

  private void link(Watched device, List<PciAddress> functions) {
    Optional<PciLinkWidth> width = first(functions, pci::linkWidth);
    if (width.isEmpty() || !device.link.look(width.get(), clock.instant())) {
      return;
    }
    int lanes = width.get().now();
    sample.put(Metric.PCIE_WIDTH, lanes);
    if (lanes > 0) {
      first(functions, pci::linkSpeed)
          .map(speed -> new PciLink(speed, lanes).generation())
          .filter(generation -> generation > 0)
          .ifPresent(generation -> sample.put(Metric.PCIE_GENERATION, generation));
    }
  }

  /** All functions of a device have one link. */
  private static <T> Optional<T> first(
      List<PciAddress> functions, Function<PciAddress, Optional<T>> what) {
    for (PciAddress function : functions) {
      Optional<T> told = what.apply(function);
      if (told.isPresent()) {
        return told;
      }
    }
    return Optional.empty();
  }

  private void put(PciErrors counted) {
    put("correctable", counted.correctable());
    put("non-fatal", counted.nonFatal());
    put("fatal", counted.fatal());
    KINDS.forEach((kernel, name) -> put(name, counted.of(kernel)));
  }

  private void put(String error, long count) {
    sample.put(Metric.PCIE_ERRORS, MetricDimension.PCIE_ERROR.names().indexOf(error), count);
  }

  /** The signals since the last call, oldest first. */
  public List<Signal> drain() {
    List<Signal> all = List.copyOf(pending);
    pending.clear();
    return all;
  }
}
