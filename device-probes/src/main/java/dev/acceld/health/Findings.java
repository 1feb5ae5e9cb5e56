package dev.acceld.health;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.probe.DefectKind;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.HealthRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Every sign of trouble that the newest sample and the counted faults hold, in words. Wider than a
 * {@link dev.acceld.device.HealthReport}: what is normal under load, or was long ago, is here too.
 * Pure.
 */
public final class Findings {
  private static final String NO_HARM =
      "nothing, unless the count keeps growing; then check the links";

  private final Sample sample;
  private final HealthRules rules;
  private final List<Finding> found = new ArrayList<>();

  private Findings(Sample sample, HealthRules rules) {
    this.sample = sample;
    this.rules = rules;
  }

  /** All of them; empty for a device that is as it should be. */
  public static List<Finding> of(Sample sample, Map<FaultCode, Long> faults, HealthRules rules) {
    Findings findings = new Findings(sample, rules);
    findings.recovery();
    new TreeMap<>(faults).forEach(findings::fault);
    findings.memory();
    findings.links();
    findings.clocks();
    findings.pcie();
    return List.copyOf(findings.found);
  }

  private void add(String signal, String message, String advice) {
    found.add(new Finding(signal, message, advice));
  }

  private void recovery() {
    double action = sample.get(Metric.RECOVERY_ACTION);
    if (action > 0) {
      rules
          .recovery((int) action)
          .ifPresent(recovery ->
              add(
                  "recovery-action",
                  "the driver asks for " + recovery.id(),
                  recovery.description()));
    }
  }

  private void fault(FaultCode code, long times) {
    FaultEntry entry = rules.fault(code);
    String advice = entry.rule().action().describe();
    add(
        code.id(),
        entry.title()
            + (times > 1 ? ", " + times + " times" : "")
            + " since the agent started: "
            + entry.meaning(),
        entry.rule().followUp().isEmpty() ? advice : advice + "; " + entry.rule().followUp());
  }

  private void memory() {
    double errors = sample.get(Metric.ECC_UNCORRECTED);
    if (errors > 0) {
      add(
          "ecc-uncorrected",
          count(errors)
              + " uncorrected memory errors since the driver was loaded"
              + located(Metric.ECC_UNCORRECTED_AT),
          "restart the affected workloads; reset the device when it is free");
    }
    defect(DefectKind.ROW_REMAP_FAILED, sample.get(Metric.ROW_REMAP_FAILED));
    defect(DefectKind.ROW_REMAP_PENDING, sample.get(Metric.ROW_REMAP_PENDING));
    defect(DefectKind.PAGE_RETIREMENT_PENDING, sample.get(Metric.RETIRED_PAGES_PENDING));
    defect(DefectKind.SRAM_WORN, sample.get(Metric.SRAM_THRESHOLD_EXCEEDED));
    defect(DefectKind.REPAIR_PENDING, sample.sum(Metric.REPAIR_PENDING));
  }

  private void defect(DefectKind kind, double value) {
    if (value > 0) {
      HealthRule rule = rules.rule(kind.signal());
      add(rule.signal(), rule.meaning(), rule.action().describe());
    }
  }

  private void links() {
    StringJoiner down = new StringJoiner(", ");
    StringJoiner errors = new StringJoiner("; ");
    for (int link = 0; link < MetricDimension.LINK.count(); link++) {
      if (sample.get(Metric.NVLINK_UP, link) == 0) {
        down.add(Integer.toString(link));
      }
      String of = errorsOf(link);
      if (!of.isEmpty()) {
        errors.add("link " + link + ": " + of);
      }
    }
    if (down.length() > 0) {
      add(
          "nvlink-down",
          "NVLinks that are not active: " + down,
          "nothing if they are not wired; otherwise check switches, cables and fabric manager");
    }
    if (errors.length() > 0) {
      add("nvlink-errors", "errors on NVLinks since the driver was loaded: " + errors, NO_HARM);
    }
    double state = sample.get(Metric.FABRIC_STATE);
    if (state == 1 || state == 2) {
      add(
          "fabric",
          "the device has not joined its NVLink fabric yet",
          "if this persists, check that the fabric manager runs");
    }
    double health = sample.get(Metric.FABRIC_HEALTH);
    boolean limited = health == 2 || health == 3;
    if (sample.get(Metric.FABRIC_STATUS) > 0 || sample.sum(Metric.FABRIC_PROBLEM) > 0 || limited) {
      HealthRule rule = rules.rule(DefectKind.FABRIC.signal());
      String problems = parts(Metric.FABRIC_PROBLEM);
      String which =
          problems.isEmpty() && limited
              ? health == 2 ? "summary unhealthy" : "summary limited capacity"
              : problems;
      add(
          "fabric",
          rule.meaning() + (which.isEmpty() ? "" : ": " + which),
          rule.action().describe());
    }
  }

  private String errorsOf(int link) {
    StringJoiner of = new StringJoiner(", ");
    counted(of, Metric.NVLINK_CRC_ERRORS, link, "CRC errors");
    counted(of, Metric.NVLINK_REPLAYS, link, "replays");
    counted(of, Metric.NVLINK_PACKET_ERRORS, link, "packets with errors");
    counted(of, Metric.NVLINK_RECOVERIES, link, "recoveries");
    counted(of, Metric.NVLINK_RECOVERY_FAILURES, link, "failed recoveries");
    return of.toString();
  }

  private void counted(StringJoiner to, Metric metric, int link, String what) {
    double value = sample.get(metric, link);
    if (value > 0) {
      to.add(count(value) + " " + what);
    }
  }

  private void clocks() {
    if (reason("software-thermal") || reason("hardware-thermal")) {
      add(
          "throttled-heat",
          "clocks are throttled because of temperature",
          "check airflow and cooling");
    }
    if (reason("power-brake")) {
      add(
          "throttled-power-brake",
          "clocks are halved because of the power brake signal",
          "check power supplies and the rack's power limit");
    }
    if (reason("hardware-slowdown") && !reason("hardware-thermal") && !reason("power-brake")) {
      add(
          "throttled-hardware",
          "clocks are halved by the hardware, because of temperature or power",
          "check cooling and power supply");
    }
    if (reason("software-power-cap")) {
      add(
          "throttled-power",
          "clocks are throttled to stay within the power limit",
          "nothing under full load; otherwise raise the power limit");
    }
  }

  private boolean reason(String name) {
    return sample.get(Metric.CLOCK_REASON, MetricDimension.REASON.names().indexOf(name)) == 1;
  }

  private void pcie() {
    for (String kind : List.of("fatal", "non-fatal")) {
      double errors =
          sample.get(Metric.PCIE_ERRORS, MetricDimension.PCIE_ERROR.names().indexOf(kind));
      if (errors > 0) {
        add(
            "pcie-" + kind,
            count(errors) + " " + kind + " PCIe errors since the driver was loaded",
            "check the slot, risers and the kernel's AER messages");
      }
    }
  }

  private String located(Metric metric) {
    StringJoiner at = new StringJoiner(", ", " (", ")").setEmptyValue("");
    for (int part = 0; part < metric.parts().count(); part++) {
      double value = sample.get(metric, part);
      if (value > 0) {
        at.add(metric.parts().names().get(part) + " " + count(value));
      }
    }
    return at.toString();
  }

  private String parts(Metric metric) {
    StringJoiner set = new StringJoiner(", ");
    for (int part = 0; part < metric.parts().count(); part++) {
      if (sample.get(metric, part) == 1) {
        set.add(metric.parts().names().get(part));
      }
    }
    return set.toString();
  }

  private static String count(double value) {
    return Long.toString((long) value);
  }
}
