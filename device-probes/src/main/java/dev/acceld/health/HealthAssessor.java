package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.device.ProbeStatus.State;
import dev.acceld.device.Readings;
import dev.acceld.faultstore.FaultStore;
import dev.acceld.faultstore.KeptFault;
import dev.acceld.kernel.fault.LoggedFault;
import dev.acceld.kernel.fault.LoggedFault.Verdict;
import dev.acceld.probe.ProbeSupervisor;
import dev.acceld.probe.Signal;
import dev.acceld.steady.Listeners;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.RuleOverrides;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what the probes notice to a verdict per device. A fault marks the device it befell, and
 * those that share its physical part; it is taken back when the evidence of recovery is there.
 *
 * <p>Safe for all threads. {@link #reports} and {@link #faultCounts} answer from memory. Listeners
 * are called one at a time and only when a report changed; they must be quick.
 */
public final class HealthAssessor {
  private static final Logger log = LoggerFactory.getLogger(HealthAssessor.class);

  private final HealthRulebook tables;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Listeners<Map<DeviceName, HealthReport>> listeners =
      new Listeners<>("health reports");
  private final Map<DeviceName, DeviceHealth> healths = new HashMap<>();
  private final FaultCounts counts = new FaultCounts();
  private final StandingSignals standing = new StandingSignals();
  private final LoggedFaults logged = new LoggedFaults();
  private final OperatorWord people = new OperatorWord();
  private Inventory inventory = Inventory.EMPTY;
  private KeptFaults kept = new KeptFaults(FaultStore.NONE);
  private Supplier<Readings> readings = () -> Readings.EMPTY;

  private StatedReasons stated = new StatedReasons(List::of);

  private volatile HealthRulebook rules;
  private volatile Map<DeviceName, HealthReport> reports = Map.of();

  /**
   * On the machine's clocks.
   *
   * @param rules what each vendor knows of the faults of its devices
   */
  public HealthAssessor(HealthRulebook rules) {
    this(rules, InstantSource.system(), System::nanoTime);
  }

  /**
   * On other clocks, for simulations.
   *
   * @param nanos as {@link System#nanoTime}
   */
  public HealthAssessor(HealthRulebook rules, InstantSource clock, LongSupplier nanos) {
    this.tables = rules;
    this.rules = rules;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Brings back the faults of this boot that are in the store, and keeps new ones there. To be
   * called once, before anything is listened to; reads the store's directory.
   */
  public void keep(FaultStore store) {
    synchronized (this) {
      kept = new KeptFaults(store);
    }
    store.follow(this::stored);
  }

  private synchronized void stored(List<KeptFault> faults, Supplier<Set<String>> unwritten) {
    if (kept.told(faults, unwritten.get(), inventory, healths, nanos.getAsLong())) {
      refresh();
    }
  }

  /** From now on judges by the vendors' tables as an operator wants them. */
  public synchronized void override(RuleOverrides overrides) {
    rules = tables.with(overrides);
    refresh();
  }

  /** The rules in force. Answers from memory. */
  public HealthRulebook rules() {
    return rules;
  }

  /** What the agent itself says of devices; to be set before anything is listened to. */
  public void state(Supplier<List<StatedReason>> reasons) {
    stated = new StatedReasons(reasons);
  }

  /** Looks at once at what is stated; that is looked at each second, too. */
  public synchronized void restate() {
    if (stated.look()) {
      refresh();
    }
  }

  /** Listens to everything that this supervisor says. To be called before it starts. */
  public void follow(ProbeSupervisor supervisor) {
    readings(supervisor::readings);
    supervisor.onInventory(this::inventory);
    supervisor.onSignals(this::signals);
    supervisor.onReboot(this::rebooted);
    supervisor.onTick(this::tick);
  }

  /** Where counters are read that a reset starts anew. */
  void readings(Supplier<Readings> from) {
    readings = from;
  }

  /** The verdict on every device of the inventory, in its order. Immutable. */
  public Map<DeviceName, HealthReport> reports() {
    return reports;
  }

  /**
   * What is wrong with a single device at this moment: its reasons without those that are over and
   * only stay for a while, because they flap or an operator wants it. The gravest first; empty for
   * a device that is not known.
   */
  public synchronized List<Reason> raised(DeviceName name) {
    Device device = inventory.find(name).orElse(null);
    if (device == null) {
      return List.of();
    }
    List<Reason> all =
        health(device).raised(Presence.whenSilent(inventory.probeOf(device), rules(device)));
    all.addAll(said(device));
    return Reasons.sorted(all);
  }

  /**
   * How often each fault was seen since this process started, by device and code; a device that had
   * none has no entry. Immutable.
   */
  public Map<DeviceName, Map<FaultCode, Long>> faultCounts() {
    return counts.all();
  }

  /** Told all reports when one of them changed. */
  public void onChange(Consumer<Map<DeviceName, HealthReport>> listener) {
    listeners.add(listener);
  }

  /** The devices that there are, those that are missing, and how the probes are doing. */
  public synchronized void inventory(Inventory now) {
    inventory = now;
    Set<DeviceName> names = now.devices().stream().map(Device::name).collect(Collectors.toSet());
    healths.keySet().retainAll(names);
    counts.keep(names);
    standing.keep(now.devices().stream().flatMap(d -> d.common().physical().stream()).toList());
    for (Device device : now.devices()) {
      if (!healths.containsKey(device.name())) {
        DeviceHealth health = health(device);
        if (!device.group()) {
          kept.restore(device, now, health, nanos.getAsLong());
          standing
              .of(device.common().physical())
              .forEach(signal -> health.notice(signal, nanos.getAsLong()));
        }
      }
    }
    refresh();
  }

  /** What the probes noticed; taken in the order in which it happened. */
  public synchronized void signals(List<Signal> signals) {
    List<Signal> inOrder = new ArrayList<>(signals);
    inOrder.sort(Comparator.comparing(Signal::at));
    for (Signal signal : inOrder) {
      Device device = inventory.find(signal.device()).orElse(null);
      if (device == null) {
        log.warn("device={} is unknown; ignoring a probe's report about it", signal.device());
        continue;
      }
      if (!(signal instanceof Signal.Fault fault)) {
        notice(device, signal);
      } else if (!logged.told(device, fault)) {
        counts.add(fault, rules(device));
        notice(device, fault);
      }
    }
    refresh();
  }

  private void notice(Device device, Signal signal) {
    standing.add(device.common().physical(), signal);
    for (Device each : inventory.devices()) {
      if (!each.group() && each.common().sharesPartWith(device.common())) {
        health(each).notice(signal, nanos.getAsLong());
      }
    }
  }

  /**
   * What the kernel's log tells: taken as a fault of the device, unless the driver has reported it
   * too, or it is over.
   *
   * @param last false while it may be asked again whether an old one is over
   */
  public synchronized Verdict logged(LoggedFault fault, boolean last) {
    Device device = inventory.find(fault.device()).orElse(null);
    if (device == null) {
      return Verdict.NO_DEVICE;
    }
    Verdict verdict =
        logged.judge(
            fault,
            new LoggedFaults.Befallen(device, rules(device), health(device)),
            new LoggedFaults.Known(inventory, kept, readings.get()),
            new LoggedFaults.Now(clock.instant(), nanos.getAsLong(), last));
    boolean isNew = verdict == Verdict.NEW;
    if (isNew || (verdict == Verdict.KNOWN && !fault.code().detail().isEmpty())) {
      Signal.Fault signal = new Signal.Fault(device.name(), fault.at(), fault.code());
      if (isNew && fault.counted()) {
        counts.add(signal, rules(device));
      }
      notice(device, signal); // of one that is known, the sub-code is news
      refresh();
    }
    return verdict;
  }

  /** Rules that go by time; to be called about once a second. */
  public synchronized void tick() {
    restate();
    Readings fresh = readings.get();
    long now = nanos.getAsLong();
    if (kept.evidence(fresh, inventory, healths, clock.instant(), now)
        | logged.evidence(fresh, inventory, healths, now)) {
      refresh();
      return;
    }
    // A reason that is shown may have been held for long enough; a failed probe may be due.
    if (reports.values().stream().anyMatch(report -> !report.reasons().isEmpty())
        || inventory.probes().stream().anyMatch(probe -> probe.state() == State.FAILED)) {
      refresh();
    }
  }

  /** The machine has been restarted under this process: nothing said before holds any more. */
  public synchronized void rebooted() {
    kept.rebooted();
    healths.clear();
    standing.keep(Set.of());
    logged.clear();
    counts.keep(Set.of());
    refresh();
  }

  /**
   * A person says that this device was reset or repaired: its faults are over, and those of its
   * partitions, also where nothing shows a reset. What the driver itself says goes on to count.
   *
   * @param at where the device is, for one that is not in the inventory
   * @return the faults that this ended, with their meaning
   * @throws IOException when it is not known which faults are kept, because they cannot be read
   */
  public synchronized List<String> repaired(DeviceName name, Optional<PciAddress> at)
      throws IOException {
    Optional<Device> device = inventory.find(name);
    Set<FaultCode> over = OperatorWord.repaired(name, at, known());
    refresh();
    return over.stream().map(code -> describe(code, device)).toList();
  }

  /**
   * A person knows that this fault of a device is over. What the driver itself says goes on to
   * count.
   *
   * @param evidence who says so, and why
   * @return false when the device has no such fault: then it is the hardware that says so now
   * @throws IOException when it is not known which faults are kept, because they cannot be read
   */
  public synchronized boolean cleared(DeviceName name, FaultCode code, String evidence)
      throws IOException {
    OperatorWord.Known known = known();
    Optional<Device> device = inventory.find(name);
    boolean was = device.filter(d -> OperatorWord.cleared(d, code, evidence, known)).isPresent();
    refresh();
    return was;
  }

  /** What people have said of devices; these hold from now on, and no others. */
  public synchronized void marks(List<Mark> marks) {
    people.marks(marks);
    refresh();
  }

  /** What showed that a fault is over, the last time that it ended; answers from memory. */
  public synchronized Optional<String> evidence(DeviceName name, String code, String value) {
    return inventory
        .find(name)
        .flatMap(device -> kept.evidence(device, code + "-" + value, inventory));
  }

  private OperatorWord.Known known() throws IOException {
    if (!kept.isRead()) {
      throw new IOException("the saved faults could not be read yet");
    }
    return new OperatorWord.Known(
        inventory, kept, this::health, clock.instant(), nanos.getAsLong());
  }

  private String describe(FaultCode code, Optional<Device> device) {
    return device.map(this::rules).orElseGet(() -> rules.of(code)).fault(code).describe();
  }

  private DeviceHealth health(Device device) {
    return healths.computeIfAbsent(
        device.name(),
        name -> new DeviceHealth(name, () -> rules(device), clock.instant(), () -> kept.boot()));
  }

  private HealthRules rules(Device device) {
    return rules.of(device.common().vendor());
  }

  /** Judges each device anew and publishes what came of it. */
  private void refresh() {
    Instant at = clock.instant();
    Presence presence = new Presence(inventory, kept, standing);
    Map<DeviceName, HealthReport> next =
        new Verdicts(inventory, this::health, this::rules, presence)
            .all(this::said, at, nanos.getAsLong());
    kept.sync(inventory, healths, at);
    if (!next.equals(reports)) {
      HealthLog.changes(reports, next);
      reports = next;
      listeners.tell(next);
    }
  }

  private List<Reason> said(Device device) {
    List<Reason> said = new ArrayList<>(stated.of(device));
    said.addAll(people.reasons(device));
    return said;
  }
}
