package dev.acceld.usage;

import dev.acceld.words.Rounded;

/** Usage in words, for the log. */
final class UsageText {
  private static final double KILO = 1000;

  private UsageText() {}

  /** One line about a claim that has ended. */
  static String summary(ClaimUsage claim) {
    int devices = claim.devices().size();
    StringBuilder text = new StringBuilder("claim ").append(claim.claim().path());
    text.append(" held ").append(devices).append(devices == 1 ? " device" : " devices");
    text.append(" for ").append(Rounded.duration(claim.heldSeconds()));
    Usage usage = claim.usage();
    if (!Double.isNaN(usage.utilizationSeconds())) {
      text.append(", utilization ");
      text.append(Rounded.decimal(100 * claim.meanUtilization(), 1)).append(" %");
    }
    if (!Double.isNaN(usage.idleSeconds())) {
      text.append(", idle ").append(Rounded.duration(usage.idleSeconds()));
    }
    if (!Double.isNaN(usage.energyJoules())) {
      text.append(", energy ");
      text.append(Rounded.decimal(usage.energyJoules() / KILO, 1)).append(" kJ");
    }
    if (claim.firstUseSeconds().isPresent()) {
      text.append(", first use after ")
          .append(Rounded.duration(claim.firstUseSeconds().getAsDouble()));
    }
    return text.toString();
  }
}
