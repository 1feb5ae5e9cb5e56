package dev.acceld.probe.intel;

import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.KernelLineRules;
import dev.acceld.vendor.KernelMessage;
import dev.acceld.vendor.KernelMessage.Ending;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of the drivers xe and i915. The forms are those of the kernel's source and of logs in
 * public bug reports (6.8 to 6.14, hardware errors of 7.x); none was seen on a machine of ours. Of
 * the lines that one event has, a single one is its fault.
 */
public final class XeKernelLines implements KernelLineRules {
  private static final Pattern LINE =
      Pattern.compile(
          "(xe|i915) ([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]): (?:\\[drm] )?"
              + "(?:\\*ERROR\\* )?(.*)");
  private static final Pattern WEDGED =
      Pattern.compile("CRITICAL: Xe has declared device \\S{1,40} as wedged\\..*");

  /** Of the kernel, for any driver; xe has its own line before, and i915 has none. */
  private static final Pattern NEEDS_RECOVERY = Pattern.compile("device wedged, needs recovery.*");

  private static final Pattern RECOVERED = Pattern.compile("device wedged, but .*");
  private static final Pattern HANG =
      Pattern.compile(
          "(?:Tile\\d{1,2}: )?GT\\d{1,2}: (?:trying reset from|Engine reset:).*|GPU HANG: .*");
  private static final Pattern RESET =
      Pattern.compile("(?:Tile\\d{1,2}: )?GT\\d{1,2}: reset \\w{1,20}.*|Resetting .*");

  /** {@code [Hardware Error]: TILE0 reported core-compute uncorrectable-errors, bit[0] is set}. */
  private static final Pattern HARDWARE =
      Pattern.compile(
          "\\[Hardware Error]: (?i:tile)\\d{1,2} reported (?:([a-z0-9]{1,14}(?:-[a-z0-9]{1,14}){0,2})"
              + " (un)?correctable-errors\\b|(FATAL|NONFATAL|CORRECTABLE) error\\b).*");

  /** For the list of rules. */
  public XeKernelLines() {}

  @Override
  public String reason() {
    return IntelHealthRules.REASON;
  }

  @Override
  public String probe() {
    return Vendor.INTEL.probe();
  }

  @Override
  public Optional<KernelMessage> read(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      return Optional.empty();
    }
    Optional<PciAddress> at = PciAddress.parse(line.group(2));
    return at.isEmpty() ? Optional.empty() : Optional.of(read(line.group(1), at, line.group(3)));
  }

  private static KernelMessage read(String driver, Optional<PciAddress> at, String said) {
    if (WEDGED.matcher(said).matches()) {
      return fault(driver + "-wedged", at, IntelHealthRules.WEDGED);
    }
    if (NEEDS_RECOVERY.matcher(said).matches()) {
      return driver.equals("xe")
          ? plain(driver + "-wedged", at)
          : fault(driver + "-wedged", at, IntelHealthRules.WEDGED);
    }
    if (HANG.matcher(said).matches()) {
      return fault(driver + "-reset", at, IntelHealthRules.HANG);
    }
    if (RESET.matcher(said).matches() || RECOVERED.matcher(said).matches()) {
      return plain(driver + "-reset", at);
    }
    Matcher hardware = HARDWARE.matcher(said);
    return hardware.matches()
        ? fault(driver + "-hardware-error", at, hardware(hardware))
        : plain(driver, at);
  }

  private static FaultCode hardware(Matcher line) {
    String severity = line.group(3);
    if (severity != null) {
      return severity.equals("CORRECTABLE")
          ? IntelHealthRules.CORRECTABLE
          : with(IntelHealthRules.UNCORRECTABLE, severity.toLowerCase(Locale.ROOT));
    }
    return with(
        line.group(2) == null ? IntelHealthRules.CORRECTABLE : IntelHealthRules.UNCORRECTABLE,
        line.group(1));
  }

  private static FaultCode with(FaultCode code, String detail) {
    return new FaultCode(code.reason(), code.value(), detail);
  }

  private static KernelMessage fault(String rule, Optional<PciAddress> at, FaultCode code) {
    return new KernelMessage(rule, at, Optional.of(code), Ending.NOTHING, Map.of());
  }

  private static KernelMessage plain(String rule, Optional<PciAddress> at) {
    return new KernelMessage(rule, at, Optional.empty(), Ending.NOTHING, Map.of());
  }
}
