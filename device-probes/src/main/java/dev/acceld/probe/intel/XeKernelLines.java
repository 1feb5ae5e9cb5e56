package dev.acceld.probe.intel;

import dev.acceld.device.PciAddress;
import dev.acceld.vendor.KernelLineRules;
import dev.acceld.vendor.KernelMessage;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of the drivers xe and i915. The forms are those of the kernel's source and of logs in
 * public bug reports (6.8 to 6.14); none was seen on a machine of ours.
 */
public final class XeKernelLines implements KernelLineRules {
  private static final Pattern LINE =
      Pattern.compile(
          "(xe|i915) ([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]): (?:\\[drm] )?(.*)");
  private static final Pattern WEDGED =
      Pattern.compile(
          "(?:\\*ERROR\\* )?CRITICAL: Xe has declared device \\S{1,40} as wedged\\..*"
              + "|device wedged, .*");
  private static final Pattern RESET =
      Pattern.compile(
          "(?:\\*ERROR\\* )?(?:Tile\\d{1,2}: )?GT\\d{1,2}: (?:trying reset from|reset \\w{1,20}|Engine"
              + " reset:).*|Resetting .*|GPU HANG: .*");

  /** For the list of rules. */
  public XeKernelLines() {}

  @Override
  public Optional<KernelMessage> read(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      return Optional.empty();
    }
    String driver = line.group(1);
    String said = line.group(3);
    String rule =
        WEDGED.matcher(said).matches()
            ? driver + "-wedged"
            : RESET.matcher(said).matches() ? driver + "-reset" : driver;
    return PciAddress.parse(line.group(2)).map(at -> KernelMessage.about(rule, at, Map.of()));
  }
}
