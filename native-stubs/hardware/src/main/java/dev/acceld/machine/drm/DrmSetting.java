package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.ByteSize;
import dev.acceld.machine.description.DrmModel;
import dev.acceld.machine.description.IntelModel;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What can be set on a simulated AMD or Intel GPU. A value that was set is exact and stays until it
 * is set to {@code auto}. A GPU has those that its driver shows.
 */
public enum DrmSetting {
  /** Share of time that the GPU is busy; power and temperatures follow unless they are set. */
  UTILIZATION(Unit.PERCENT, model -> true),
  /** Share of time that memory is read or written. */
  MEMORY_UTILIZATION(Unit.PERCENT, DrmSetting::isAmd),
  /** Local memory in use. */
  MEMORY_USED(Unit.BYTES, DrmSetting::isAmd),
  /** Temperature of the hottest spot (AMD) or the package (Intel). */
  TEMPERATURE(Unit.CELSIUS, DrmSetting::hasSensors),
  /** Temperature of the memory. */
  MEMORY_TEMPERATURE(Unit.CELSIUS, DrmSetting::hasSensors),
  /** Power drawn; energy is counted from it. */
  POWER(Unit.WATTS, model -> true),
  /** Power limit. */
  POWER_LIMIT(Unit.WATTS, model -> true),
  /** Clock of the compute units. */
  CLOCK(Unit.COUNT, model -> true),
  /** Clock of the memory. */
  MEMORY_CLOCK(Unit.COUNT, DrmSetting::isAmd),
  /** Turns of each fan a minute. */
  FAN(Unit.COUNT, model -> model instanceof IntelModel intel && intel.fans() > 0),
  /** PCIe replays. */
  PCIE_REPLAYS(Unit.COUNT, DrmSetting::isAmd);

  /** How a value is written. */
  private enum Unit {
    PERCENT("a whole number, 0 to 100", 100),
    BYTES(ByteSize.FORM, Long.MAX_VALUE),
    CELSIUS("degrees, 0 to 150", 150),
    WATTS("watts, such as 312.5", 10_000_000_000L),
    COUNT("a whole number, up to 1000000000", 1_000_000_000);

    private final String form;
    private final long most;

    Unit(String form, long most) {
      this.form = form;
      this.most = most;
    }
  }

  private final Unit unit;
  private final Predicate<DrmModel> on;

  DrmSetting(Unit unit, Predicate<DrmModel> on) {
    this.unit = unit;
    this.on = on;
  }

  /** The name that users write: {@code memory-used}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String stateKey() {
    return "set." + key();
  }

  /** The names that a model has. */
  public static List<String> keys(DrmModel model) {
    return Arrays.stream(values()).filter(s -> s.on.test(model)).map(DrmSetting::key).toList();
  }

  static DrmSetting of(String key, DrmModel model) {
    List<String> known = keys(model);
    for (DrmSetting setting : values()) {
      if (setting.key().equals(key) && setting.on.test(model)) {
        return setting;
      }
    }
    throw new MachineException(
        "the driver "
            + model.driverName()
            + " shows no '"
            + key
            + "'"
            + Suggestions.hint(key, known)
            + " Settings of this GPU are "
            + String.join(", ", known)
            + " and throttle");
  }

  /** The value: percent, bytes, degrees, microwatts or a number. */
  long parse(String value) {
    try {
      long parsed =
          switch (unit) {
            case BYTES -> ByteSize.parse(value);
            case WATTS -> new BigDecimal(value).movePointRight(6).longValueExact();
            default -> Long.parseLong(value);
          };
      if (parsed >= 0 && parsed <= unit.most) {
        return parsed;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // said below
    }
    throw new MachineException(
        key() + ": '" + value + "' is not " + unit.form + " (or 'auto' for the model's value)");
  }

  private static boolean isAmd(DrmModel model) {
    return model instanceof AmdModel;
  }

  /** The older Intel driver has no temperatures on the GPUs that it computes with. */
  private static boolean hasSensors(DrmModel model) {
    return !(model instanceof IntelModel intel) || intel.driver() == IntelModel.Driver.xe;
  }
}
