package dev.acceld.device;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a measurement is told apart by, when a device has several of it. The names are label values,
 * in the order of their numbers.
 */
public enum MetricDimension {
  /** The device as a whole. */
  WHOLE("", List.of("")),
  /** Why clocks were held down over time. */
  CAUSE(
      "cause",
      "power",
      "thermal",
      "sync-boost",
      "board-limit",
      "low-utilization",
      "reliability",
      "software-thermal",
      "hardware-thermal",
      "power-brake"),
  /** What decides about the clocks at the moment; NVML's bits in their order. */
  REASON(
      "reason",
      "idle",
      "application-clocks",
      "software-power-cap",
      "hardware-slowdown",
      "sync-boost",
      "software-thermal",
      "hardware-thermal",
      "power-brake",
      "display"),
  /** Where memory is on a chip. */
  LOCATION("location", "l1", "l2", "dram", "registers", "texture", "cbu", "sram"),
  /** Units with SRAM of their own. */
  UNIT("unit", "l2", "sm", "pcie", "microcontroller", "other"),
  /** Number of bit errors that retired a page of memory. */
  BIT_ERRORS("cause", "single-bit", "double-bit"),
  /** How many spare rows a bank of memory has left. */
  SPARES("spares", "all", "many", "some", "few", "none"),
  /** What went wrong on PCIe. */
  PCIE_ERROR(
      "error",
      "correctable",
      "nak-received",
      "receiver",
      "bad-tlp",
      "nak-sent",
      "bad-dllp",
      "non-fatal",
      "fatal",
      "unsupported-request",
      "lcrc",
      "lane"),
  /** What is wrong with a GPU's place in its NVLink fabric. */
  FABRIC(
      "problem",
      "degraded-bandwidth",
      "route-recovery",
      "route-unhealthy",
      "access-timeout-recovery",
      "incorrect-configuration"),
  /** What waits for a repair at the next reset. */
  REPAIR("part", "memory-channel", "tpc"),
  /** Temperatures at which the device helps itself. */
  THRESHOLD("threshold", "shutdown", "slowdown", "memory"),
  /** NVLinks, by number. */
  LINK("link", IntStream.range(0, 36).mapToObj(Integer::toString).toList());

  private final String label;
  private final List<String> names;

  MetricDimension(String label, String... names) {
    this(label, List.of(names));
  }

  MetricDimension(String label, List<String> names) {
    this.label = label;
    this.names = names;
  }

  /** The label that tells them apart; empty for {@link #WHOLE}. */
  public String label() {
    return label;
  }

  /** Their names by number. */
  public List<String> names() {
    return names;
  }

  /** How many there can be. */
  public int count() {
    return names.size();
  }
}
