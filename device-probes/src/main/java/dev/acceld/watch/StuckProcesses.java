package dev.acceld.watch;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.Readings;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.host.HostProcess;
import dev.acceld.host.ProcessTable;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.steady.Refresher;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Limit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Processes that use a device and sleep where nothing can wake them (state D of {@code
 * /proc/PID/stat}), most often in a driver that does not come back. Looks at some small files of
 * the host every ten seconds, on a thread of its own, while processes use devices. A device of
 * which nobody knows the processes is as it was.
 */
public final class StuckProcesses implements AutoCloseable {
  static final Duration EVERY = Duration.ofSeconds(10);
  private static final String UNINTERRUPTIBLE = "D";

  private final Supplier<Inventory> inventory;
  private final Supplier<Readings> readings;
  private final Supplier<HealthRulebook> rules;
  private final ProcessTable table;
  private final Consumer<List<Signal>> signals;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Refresher refresher = new Refresher("stuck-processes", EVERY, EVERY, this::look);

  /** Since when a process was seen in that state at each look. */
  private Map<HostProcess, Long> since = new HashMap<>(); // guarded by this

  private final Set<DeviceName> told = new HashSet<>(); // guarded by this

  /**
   * Does not look yet.
   *
   * @param table for this alone
   */
  public StuckProcesses(
      Supplier<Inventory> inventory,
      Supplier<Readings> readings,
      Supplier<HealthRulebook> rules,
      ProcessTable table,
      Consumer<List<Signal>> signals) {
    this(inventory, readings, rules, table, signals, InstantSource.system(), System::nanoTime);
  }

  StuckProcesses(
      Supplier<Inventory> inventory,
      Supplier<Readings> readings,
      Supplier<HealthRulebook> rules,
      ProcessTable table,
      Consumer<List<Signal>> signals,
      InstantSource clock,
      LongSupplier nanos) {
    this.inventory = inventory;
    this.readings = readings;
    this.rules = rules;
    this.table = table;
    this.signals = signals;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Begins to look, where processes of the host can be seen. */
  public void start() {
    if (table.sees()) {
      refresher.begin();
    }
  }

  /** Looks once; always true. */
  boolean look() {
    List<Signal> changes = new ArrayList<>();
    synchronized (this) {
      Inventory devices = inventory.get();
      Readings now = readings.get();
      told.removeIf(name -> devices.find(name).isEmpty());
      stuck(now);
      for (Device device : devices.devices()) {
        now.processesOf(device.name()).ifPresent(all -> compare(device, all, changes));
      }
    }
    if (!changes.isEmpty()) {
      signals.accept(changes);
    }
    return true;
  }

  /** The machine was restarted: what was said before does not hold any more. */
  public synchronized void forget() {
    since.clear();
    told.clear();
  }

  private void stuck(Readings now) {
    Set<Integer> pids = new HashSet<>();
    now.processes().values().forEach(all -> all.forEach(process -> pids.add(process.pid())));
    Map<HostProcess, Long> next = new HashMap<>();
    Duration age = Duration.between(now.takenAt(), clock.instant());
    table
        .look(pids, age.isNegative() ? Duration.ZERO : age)
        .values()
        .forEach(process -> {
          if (table.state(process).equals(Optional.of(UNINTERRUPTIBLE))) {
            next.put(process, since.getOrDefault(process, nanos.getAsLong()));
          }
        });
    since = next;
  }

  private void compare(Device device, List<DeviceProcess> all, List<Signal> changes) {
    double patience =
        rules
            .get()
            .of(device.common().vendor())
            .rule(DefectKind.PROCESS_STUCK.signal())
            .limit(CommonRules.SECONDS)
            .map(Limit::value)
            .orElse(OptionalDouble.of(0))
            .orElse(0);
    Optional<HostProcess> stuck =
        since.entrySet().stream()
            .filter(each -> all.stream().anyMatch(p -> p.pid() == each.getKey().pid()))
            .filter(each -> nanos.getAsLong() - each.getValue() >= patience * 1e9)
            .map(Map.Entry::getKey)
            .findFirst();
    boolean before = told.contains(device.name());
    if (stuck.isPresent() && !before) {
      told.add(device.name());
      changes.add(defect(device, true, words(stuck.get())));
    } else if (stuck.isEmpty() && before) {
      told.remove(device.name());
      changes.add(defect(device, false, ""));
    }
  }

  private static String words(HostProcess process) {
    return "process "
        + process.pid()
        + (process.command().isEmpty() ? "" : " (" + process.command() + ")")
        + process.group().podUid().map(uid -> " of the pod with UID " + uid).orElse("");
  }

  private Signal defect(Device device, boolean present, String detail) {
    return new Signal.Defect(
        device.name(), clock.instant(), DefectKind.PROCESS_STUCK, present, detail);
  }

  @Override
  public void close() {
    refresher.close();
  }
}
