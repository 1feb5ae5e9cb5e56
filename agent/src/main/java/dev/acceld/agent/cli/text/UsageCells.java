package dev.acceld.agent.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.device.Metric;
import dev.acceld.words.Rounded;

/** The usage of one claim, in the cells of a table; {@code -} for what is not known. */
public final class UsageCells {
  private static final String UNKNOWN = "-";

  private final JsonNode claim;

  /** Of a claim's usage as JSON has it. */
  public UsageCells(JsonNode claim) {
    this.claim = claim;
  }

  /** How long it was prepared. */
  public String held() {
    return seconds(claim.path("heldSeconds"));
  }

  /** How long it took until a device was busy. */
  public String firstUse() {
    return seconds(claim.path("firstUseSeconds"));
  }

  /** How long its devices were idle. */
  public String idle() {
    return seconds(claim.path("usage").path("idleSeconds"));
  }

  /** The mean utilization of its devices. */
  public String utilization() {
    JsonNode busy = claim.path("usage").path("utilizationSeconds");
    double held = claim.path("usage").path("deviceSeconds").asDouble();
    return busy.isNumber() && held > 0
        ? Quantity.of(Metric.UTILIZATION, Math.min(1, busy.asDouble() / held))
        : UNKNOWN;
  }

  /** The energy that its devices took. */
  public String energy() {
    JsonNode joules = claim.path("usage").path("energyJoules");
    return joules.isNumber() ? Quantity.of(Metric.ENERGY, joules.asDouble()) : UNKNOWN;
  }

  private static String seconds(JsonNode value) {
    return value.isNumber() ? Rounded.duration(value.asDouble()) : UNKNOWN;
  }
}
