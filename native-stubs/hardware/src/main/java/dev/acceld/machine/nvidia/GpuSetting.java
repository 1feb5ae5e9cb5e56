package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.ByteSize;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What can be set on a simulated GPU. A value that was set is exact and stays until it is set to
 * {@code auto}, which gives the reading back to the model.
 */
public enum GpuSetting {
  /** Share of time that a kernel runs; power and temperature follow unless they are set. */
  UTILIZATION("utilization", Unit.PERCENT),
  /** Share of time that memory is read or written. */
  MEMORY_UTILIZATION("memory.utilization", Unit.PERCENT),
  /** Share of time that the encoder is busy. */
  ENCODER_UTILIZATION("encoder.utilization", Unit.PERCENT),
  /** Share of time that the decoder is busy. */
  DECODER_UTILIZATION("decoder.utilization", Unit.PERCENT),
  /** Memory in use, without what the driver reserves. */
  MEMORY_USED("memory.used", Unit.BYTES),
  /** Temperature of the processor. */
  TEMPERATURE("temperature", Unit.CELSIUS),
  /** Temperature of the memory, on GPUs with HBM. */
  MEMORY_TEMPERATURE("memory.temperature", Unit.CELSIUS),
  /** Power drawn; energy is counted from it. */
  POWER("power", Unit.WATTS),
  /** Power limit. */
  POWER_LIMIT("power.limit", Unit.WATTS),
  /** Clock of the multiprocessors. */
  SM_CLOCK("clock.sm", Unit.MEGAHERTZ),
  /** Clock of the memory. */
  MEMORY_CLOCK("clock.memory", Unit.MEGAHERTZ),
  /** Clock frequency of the video engines. */
  VIDEO_CLOCK("clock.video", Unit.MEGAHERTZ),
  /** Why clocks are held down: NVML's bits, 1 idle, 4 power cap, 0x20 thermal, …. */
  CLOCK_REASONS("clock.reasons", Unit.BITS),
  /** Performance state, 0 fastest. */
  PERFORMANCE_STATE("performance.state", Unit.COUNT),
  /** Persistence mode. */
  PERSISTENCE_MODE("persistence.mode", Unit.FLAG),
  /** Corrected ECC errors since the driver was loaded. */
  ECC_CORRECTED("ecc.corrected", Unit.COUNT),
  /** Uncorrected ECC errors since the driver was loaded. */
  ECC_UNCORRECTED("ecc.uncorrected", Unit.COUNT),
  /** Rows remapped after corrected errors. */
  REMAPPED_CORRECTABLE("remap.correctable", Unit.COUNT),
  /** Rows remapped after uncorrected errors. */
  REMAPPED_UNCORRECTABLE("remap.uncorrectable", Unit.COUNT),
  /** Whether a remapping waits for a reset. */
  REMAP_PENDING("remap.pending", Unit.FLAG),
  /** Whether a remapping failed. */
  REMAP_FAILURE("remap.failure", Unit.FLAG),
  /** PCIe generation in use; sysfs follows. */
  PCIE_GENERATION("pcie.generation", Unit.COUNT),
  /** PCIe lanes in use; sysfs follows. */
  PCIE_WIDTH("pcie.width", Unit.COUNT),
  /** PCIe replays. */
  PCIE_REPLAYS("pcie.replays", Unit.COUNT),
  /** Correctable PCIe errors. */
  PCIE_CORRECTABLE("pcie.correctable", Unit.COUNT),
  /** Non-fatal PCIe errors. */
  PCIE_NONFATAL("pcie.nonfatal", Unit.COUNT),
  /** Fatal PCIe errors. */
  PCIE_FATAL("pcie.fatal", Unit.COUNT),
  /** PCIe lane errors. */
  PCIE_LANE_ERRORS("pcie.lane.errors", Unit.COUNT),
  /** Bytes that the GPU sends over PCIe each second. */
  PCIE_SENT("pcie.sent.rate", Unit.BYTES),
  /** Bytes that the GPU receives over PCIe each second. */
  PCIE_RECEIVED("pcie.received.rate", Unit.BYTES),
  /** What the driver recommends: 0 none, 1 reset, 2 reboot, 3 drain P2P, 4 drain and reset, …. */
  RECOVERY_ACTION("recovery.action", Unit.COUNT),
  /** Corrected ECC errors in SRAM, of those there are in all. */
  ECC_SRAM_CORRECTED("ecc.sram.corrected", Unit.COUNT),
  /** Uncorrected ECC errors in SRAM, of those there are in all. */
  ECC_SRAM_UNCORRECTED("ecc.sram.uncorrected", Unit.COUNT),
  /** Whether SRAM had more uncorrected errors than NVIDIA tolerates. */
  ECC_SRAM_THRESHOLD("ecc.sram.threshold", Unit.FLAG),
  /** Pages retired after several single-bit errors, on GPUs before Ampere. */
  RETIRED_SINGLE_BIT("retired.single", Unit.COUNT),
  /** Pages retired after a double-bit error, on GPUs before Ampere. */
  RETIRED_DOUBLE_BIT("retired.double", Unit.COUNT),
  /** Whether a page waits for a reboot to be retired, on GPUs before Ampere. */
  RETIRED_PENDING("retired.pending", Unit.FLAG),
  /** Whether the repair of a memory channel waits for a reset, on Blackwell. */
  REPAIR_MEMORY_CHANNEL("repair.channel", Unit.FLAG),
  /** Whether the repair of a TPC waits for a reset, on Blackwell. */
  REPAIR_TPC("repair.tpc", Unit.FLAG),
  /** NVLinks that are down: bit 0 for link 0, and so on. */
  NVLINK_DOWN("nvlink.down", Unit.BITS),
  /** The link that the NVLink errors happen on. */
  NVLINK_BAD_LINK("nvlink.bad", Unit.COUNT),
  /** CRC errors on the bad link; with NVLink 5, packets with errors. */
  NVLINK_CRC_ERRORS("nvlink.crc", Unit.COUNT),
  /** Replays on the bad link, up to NVLink 4. */
  NVLINK_REPLAYS("nvlink.replays", Unit.COUNT),
  /** Recoveries of the bad link. */
  NVLINK_RECOVERIES("nvlink.recoveries", Unit.COUNT),
  /** Recoveries of the bad link that failed, with NVLink 5. */
  NVLINK_FAILURES("nvlink.failures", Unit.COUNT),
  /** Fan speed, on boards with a fan. */
  FAN("fan", Unit.PERCENT),
  /** Share of time that the JPEG decoder is busy. */
  JPEG_UTILIZATION("jpeg.utilization", Unit.PERCENT),
  /** Share of time that the optical flow unit is busy. */
  OFA_UTILIZATION("ofa.utilization", Unit.PERCENT),
  /** Registration with the NVLink fabric: 1 not started, 2 in progress, 3 completed. */
  FABRIC_STATE("fabric.state", Unit.COUNT),
  /** NVML's mask of the fabric's health: 0x11aa is well, 0x11a9 has degraded bandwidth. */
  FABRIC_HEALTH("fabric.health", Unit.BITS),
  /** The fabric's health in a word: 1 healthy, 2 unhealthy, 3 limited. */
  FABRIC_SUMMARY("fabric.summary", Unit.COUNT);

  /** How a value is written. */
  public enum Unit {
    /** A whole number from 0 to 100. */
    PERCENT("0 to 100"),
    /** Bytes, or with KiB, MiB, GiB. */
    BYTES(ByteSize.FORM),
    /** Whole degrees. */
    CELSIUS("degrees, 0 to 150"),
    /** Watts, up to three decimals. */
    WATTS("watts, such as 312.5"),
    /** Whole megahertz. */
    MEGAHERTZ("MHz"),
    /** A whole number. */
    COUNT("a whole number"),
    /** A bit mask. */
    BITS("a bit mask such as 0x24"),
    /** 0 or 1. */
    FLAG("0 or 1");

    private final String form;

    Unit(String form) {
      this.form = form;
    }

    /** How to write a value, for help texts. */
    public String form() {
      return form;
    }
  }

  private final String stateKey;
  private final Unit unit;

  GpuSetting(String stateKey, Unit unit) {
    this.stateKey = stateKey;
    this.unit = unit;
  }

  /** The name that users write: {@code memory-used}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How a value is written. */
  public Unit unit() {
    return unit;
  }

  String stateKey() {
    return stateKey;
  }

  /** All names that users may write. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(GpuSetting::key).toList();
  }

  public static GpuSetting of(String key) {
    for (GpuSetting setting : values()) {
      if (setting.key().equals(key)) {
        return setting;
      }
    }
    throw new MachineException(
        "there is no setting '"
            + key
            + "'"
            + Suggestions.hint(key, keys())
            + " Known settings are "
            + String.join(", ", keys()));
  }

  /** The value in NVML's units. */
  public long parse(String value) {
    try {
      long parsed =
          switch (unit) {
            case BYTES -> ByteSize.parse(value);
            case WATTS -> new BigDecimal(value).movePointRight(3).longValueExact();
            case BITS -> Long.decode(value);
            default -> Long.parseLong(value);
          };
      if (parsed >= 0 && parsed <= most()) {
        return parsed;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // said below
    }
    throw new MachineException(
        key() + ": '" + value + "' is not " + unit.form() + " (or 'auto' for the model's value)");
  }

  private long most() {
    return switch (unit) {
      case PERCENT -> 100;
      case CELSIUS -> 150;
      case FLAG -> 1;
      case WATTS, MEGAHERTZ -> 10_000_000;
      default -> Long.MAX_VALUE;
    };
  }
}
