package dev.acceld.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * {@link Usage} as JSON has it: what could not be measured is left out.
 *
 * @param deviceSeconds as there
 * @param energyJoules as there
 * @param utilizationSeconds as there
 * @param memoryByteSeconds as there
 * @param idleSeconds as there
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageView(
    double deviceSeconds,
    @Nullable Double energyJoules,
    @Nullable Double utilizationSeconds,
    @Nullable Double memoryByteSeconds,
    @Nullable Double idleSeconds) {

  static UsageView of(Usage usage) {
    return new UsageView(
        usage.deviceSeconds(),
        known(usage.energyJoules()),
        known(usage.utilizationSeconds()),
        known(usage.memoryByteSeconds()),
        known(usage.idleSeconds()));
  }

  Usage usage() {
    return new Usage(
        sound(deviceSeconds),
        sound(energyJoules),
        sound(utilizationSeconds),
        sound(memoryByteSeconds),
        sound(idleSeconds));
  }

  private static @Nullable Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static double sound(@Nullable Double value) {
    if (value == null) {
      return Double.NaN;
    }
    if (!Double.isFinite(value) || value < 0) {
      throw new IllegalArgumentException(value + " cannot have been used");
    }
    return value;
  }
}
