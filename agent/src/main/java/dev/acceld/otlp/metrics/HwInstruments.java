package dev.acceld.otlp.metrics;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The instruments of all metrics. What is no number, or a counter below zero, is left out. */
final class HwInstruments {
  private final Map<HwMetric, ObservableMeasurement> all = new EnumMap<>(HwMetric.class);
  private final Meter meter;

  HwInstruments(Meter meter) {
    this.meter = meter;
    for (HwMetric metric : HwMetric.values()) {
      all.put(metric, observer(metric));
    }
  }

  /** Calls back once for each collection, for all metrics together. */
  BatchCallback observe(Runnable callback) {
    ObservableMeasurement[] others =
        all.values().stream().skip(1).toArray(ObservableMeasurement[]::new);
    return meter.batchCallback(callback, all.values().iterator().next(), others);
  }

  /** One data point; only from within the callback. */
  void record(HwMetric metric, Attributes attributes, double value) {
    boolean grows =
        metric.instrument() == HwMetric.Instrument.COUNTER
            || metric.instrument() == HwMetric.Instrument.SUM;
    if (!Double.isFinite(value) || (grows && value < 0)) {
      return;
    }
    // The SDK's objects have both types; which one counts was decided when they were made.
    ObservableMeasurement instrument = Objects.requireNonNull(all.get(metric));
    switch (metric.instrument()) {
      case UP_DOWN, COUNTER ->
          ((ObservableLongMeasurement) instrument).record(Math.round(value), attributes);
      case GAUGE, SUM -> ((ObservableDoubleMeasurement) instrument).record(value, attributes);
    }
  }

  private ObservableMeasurement observer(HwMetric of) {
    return switch (of.instrument()) {
      case GAUGE ->
          meter
              .gaugeBuilder(of.id())
              .setUnit(of.unit())
              .setDescription(of.description())
              .buildObserver();
      case UP_DOWN ->
          meter
              .upDownCounterBuilder(of.id())
              .setUnit(of.unit())
              .setDescription(of.description())
              .buildObserver();
      case COUNTER ->
          meter
              .counterBuilder(of.id())
              .setUnit(of.unit())
              .setDescription(of.description())
              .buildObserver();
      case SUM ->
          meter
              .counterBuilder(of.id())
              .setUnit(of.unit())
              .setDescription(of.description())
              .ofDoubles()
              .buildObserver();
    };
  }
}
