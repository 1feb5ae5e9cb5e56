package dev.acceld.watch;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Limit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Temperatures and thermal slowdowns, sample by sample. A limit is the rule's, or else the one that
 * the device reports itself. What a sample does not tell neither begins nor ends anything. Any
 * thread.
 */
public final class HeatWatch {
  /** A device has to be that much cooler than the limit before it counts as cool. */
  static final double COOLER = 5;

  private static final int HARDWARE_THERMAL =
      MetricDimension.REASON.names().indexOf("hardware-thermal");
  private static final int SLOWDOWN = MetricDimension.THRESHOLD.names().indexOf("slowdown");
  private static final int MEMORY = MetricDimension.THRESHOLD.names().indexOf("memory");

  private final Supplier<Inventory> inventory;
  private final Supplier<HealthRulebook> rules;
  private final Consumer<List<Signal>> signals;
  private final Map<DeviceName, State> states = new HashMap<>();

  /** Of one device. */
  private static final class State {
    final Map<DefectKind, Streak> streaks = new EnumMap<>(DefectKind.class);
    final Map<Integer, Double> reported = new HashMap<>();
  }

  /**
   * Has seen nothing yet.
   *
   * @param inventory which devices there are
   * @param rules the rules in force
   * @param signals told what begins and ends
   */
  public HeatWatch(
      Supplier<Inventory> inventory,
      Supplier<HealthRulebook> rules,
      Consumer<List<Signal>> signals) {
    this.inventory = inventory;
    this.rules = rules;
    this.signals = signals;
  }

  /** One more sample of some devices. Quick. */
  public void sample(Readings readings) {
    List<Signal> changes = new ArrayList<>();
    synchronized (this) {
      Inventory now = inventory.get();
      states.keySet().removeIf(name -> now.find(name).isEmpty());
      for (DeviceName name : readings.values().keySet()) {
        now.find(name)
            .filter(device -> !device.group())
            .ifPresent(device -> look(device, readings, changes));
      }
    }
    if (!changes.isEmpty()) {
      signals.accept(changes);
    }
  }

  /** The machine was restarted: what was said before does not hold any more. */
  public synchronized void forget() {
    states.clear();
  }

  private void look(Device device, Readings readings, List<Signal> changes) {
    Sample sample = readings.of(device.name());
    HealthRules of = rules.get().of(device.common().vendor());
    State state = states.computeIfAbsent(device.name(), n -> new State());
    Look look = new Look(device.name(), state, of, readings.takenAt(), changes);
    double slowed = sample.get(Metric.CLOCK_REASON, HARDWARE_THERMAL);
    look.at(DefectKind.THERMAL_SLOWDOWN, slowed == 1, slowed == 0, "");
    look.temperature(
        DefectKind.TEMPERATURE,
        sample.get(Metric.TEMPERATURE),
        sample.get(Metric.TEMPERATURE_THRESHOLD, SLOWDOWN),
        SLOWDOWN);
    look.temperature(
        DefectKind.MEMORY_TEMPERATURE,
        sample.get(Metric.MEMORY_TEMPERATURE),
        sample.get(Metric.TEMPERATURE_THRESHOLD, MEMORY),
        MEMORY);
  }

  private record Look(
      DeviceName device, State state, HealthRules rules, Instant at, List<Signal> changes) {

    /** Thresholds are read less often than temperatures: the last one that was told holds. */
    void temperature(DefectKind kind, double celsius, double told, int threshold) {
      if (told > 0) {
        state.reported.put(threshold, told);
      }
      OptionalDouble wanted =
          rules
              .rule(kind.signal())
              .limit(CommonRules.CELSIUS)
              .map(Limit::value)
              .orElse(OptionalDouble.empty());
      double limit = wanted.orElse(state.reported.getOrDefault(threshold, Double.NaN));
      String detail = String.format(Locale.ROOT, "%.0f C, limit %.0f C", celsius, limit);
      at(kind, celsius >= limit, celsius <= limit - COOLER, detail);
    }

    void at(DefectKind kind, boolean bad, boolean good, String detail) {
      HealthRule rule = rules.rule(kind.signal());
      double enough =
          rule.limit(CommonRules.SAMPLES).map(Limit::value).orElse(OptionalDouble.of(1)).orElse(1);
      Streak streak = state.streaks.computeIfAbsent(kind, k -> new Streak());
      switch (streak.look(bad, good, enough)) {
        case BEGAN -> changes.add(new Signal.Defect(device, at, kind, true, detail));
        case ENDED -> changes.add(new Signal.Defect(device, at, kind, false, ""));
        case NONE -> {}
      }
    }
  }
}
