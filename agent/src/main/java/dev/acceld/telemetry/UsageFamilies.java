package dev.acceld.telemetry;

import dev.acceld.usage.ClaimUsage;
import dev.acceld.usage.Usage;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What claims and namespaces have used. The labels of a claim's counters never change while it
 * lives: its pods are in {@code acceld_claim_pod_info}.
 */
final class UsageFamilies {
  private UsageFamilies() {}

  private record Quantity(String name, String help, ToDoubleFunction<Usage> of) {}

  private static final List<Quantity> QUANTITIES =
      List.of(
          new Quantity(
              "device_seconds",
              "Time for which devices were held, times their number; a shared device counts in"
                  + " equal parts",
              Usage::deviceSeconds),
          new Quantity(
              "energy_joules",
              "Energy that the held devices took; a partition's part of its GPU follows its memory",
              Usage::energyJoules),
          new Quantity(
              "utilization_seconds",
              "Utilization of the held devices, 0 to 1, times seconds",
              Usage::utilizationSeconds),
          new Quantity(
              "memory_byte_seconds",
              "Device memory in use on the held devices, times seconds",
              Usage::memoryByteSeconds),
          new Quantity(
              "idle_seconds",
              "Time for which held devices had a utilization below 1 %",
              Usage::idleSeconds));

  static List<MetricFamily> all() {
    List<MetricFamily> all = new ArrayList<>();
    for (Quantity quantity : QUANTITIES) {
      all.add(
          MetricFamily.counter(
              "acceld_claim_" + quantity.name + "_total",
              quantity.help + ". By claim.",
              (view, family) -> {
                for (ClaimUsage claim : view.usage().claims()) {
                  family.add(view.labels(claim), quantity.of.applyAsDouble(claim.usage()));
                }
              }));
      all.add(
          MetricFamily.counter(
              "acceld_namespace_" + quantity.name + "_total",
              quantity.help + ". By namespace, ended claims included.",
              (view, family) ->
                  view.usage()
                      .namespaces()
                      .forEach((namespace, usage) ->
                          family.add(
                              Labels.of("namespace", namespace),
                              quantity.of.applyAsDouble(usage)))));
    }
    all.add(
        MetricFamily.gauge(
            "acceld_claim_first_use_seconds",
            "Time from prepare until a device of the claim was busy for the first time.",
            (view, family) -> {
              for (ClaimUsage claim : view.usage().claims()) {
                claim.firstUseSeconds().ifPresent(after -> family.add(view.labels(claim), after));
              }
            }));
    all.add(
        MetricFamily.gauge(
            "acceld_device_held_idle_seconds",
            "Time for which the device has been held, idle and without a process; 0 when it is"
                + " not.",
            (view, family) -> {
              for (NodeView.Row row : view.rows()) {
                Double idle = view.usage().heldIdleSeconds().get(row.device().name());
                if (idle != null) {
                  family.add(row.labels().own(), idle);
                }
              }
            }));
    return all;
  }
}
