package dev.acceld.probe.amd;

import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.health.amd.RasBlock;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.KernelLineRules;
import dev.acceld.vendor.KernelMessage;
import dev.acceld.vendor.KernelMessage.Ending;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of the driver amdgpu. The forms are those of the kernel's source and of logs in public bug
 * reports (5.4 to 6.14); none was seen on a machine of ours.
 *
 * <p>Of uncorrectable errors the driver writes how many are new, and in newer kernels a second line
 * with the total, which tells nothing more. It counts them in sysfs as well, where the probe sees
 * them: the health assessment takes both for one. A reset that has succeeded ends those of before.
 */
public final class AmdgpuKernelLines implements KernelLineRules {
  private static final Pattern LINE =
      Pattern.compile(
          "amdgpu ([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]): (?:amdgpu: )?(.*)");
  private static final Pattern RESET = Pattern.compile("GPU (?:mode\\d )?reset.*|MODE\\d reset.*");
  private static final Pattern PAGE_FAULT = Pattern.compile("\\[\\w{1,20}] page fault .*");
  private static final Pattern TIMEOUT = Pattern.compile("ring \\S{1,40} timeout,.*");
  private static final Pattern ECC =
      Pattern.compile(
          "(?:socket: .*|[0-9]{1,18} )?(?:new )?(un)?correctable hardware errors? .*"
              + "|.*\\b(un)?correctable hardware errors? detected in .*");

  private static final Pattern NEW_ERROR =
      Pattern.compile(
          "(?:.* )?[1-9][0-9]{0,17} (?:new )?uncorrectable hardware errors? detected in"
              + " (\\w{1,20}) block.*");
  private static final Pattern RESET_DONE =
      Pattern.compile("GPU reset ?\\([0-9]{1,9}\\) succeeded!.*");
  private static final String DRIVER_BEGINS = "[drm] amdgpu kernel modesetting enabled.";

  /** For the list of rules. */
  public AmdgpuKernelLines() {}

  @Override
  public String reason() {
    return RasBlock.REASON;
  }

  @Override
  public String probe() {
    return Vendor.AMD.probe();
  }

  @Override
  public Optional<KernelMessage> read(String text) {
    if (text.startsWith(DRIVER_BEGINS)) {
      return Optional.of(
          new KernelMessage("amdgpu", Optional.empty(), Optional.empty(), Ending.VENDOR, Map.of()));
    }
    if (text.startsWith("[drm:amdgpu_") || text.startsWith("amdgpu: ")) {
      return Optional.of(KernelMessage.placeless("amdgpu"));
    }
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      return Optional.empty();
    }
    String said = line.group(2);
    return PciAddress.parse(line.group(1))
        .map(at ->
            new KernelMessage(
                rule(said),
                Optional.of(at),
                fault(said),
                RESET_DONE.matcher(said).matches() ? Ending.DEVICE : Ending.NOTHING,
                Map.of()));
  }

  private static Optional<FaultCode> fault(String said) {
    Matcher error = NEW_ERROR.matcher(said);
    return error.matches() ? RasBlock.of(error.group(1)).map(RasBlock::fault) : Optional.empty();
  }

  private static String rule(String said) {
    if (RESET.matcher(said).matches()) {
      return "amdgpu-reset";
    }
    if (PAGE_FAULT.matcher(said).matches()) {
      return "amdgpu-page-fault";
    }
    if (TIMEOUT.matcher(said).matches()) {
      return "amdgpu-timeout";
    }
    return ECC.matcher(said).matches() ? "amdgpu-ecc" : "amdgpu";
  }
}
