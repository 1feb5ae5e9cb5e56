package dev.acceld.probe.nvidia.kernel;

import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.vendor.KernelLineRules;
import dev.acceld.vendor.KernelMessage;
import dev.acceld.vendor.KernelMessage.Ending;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lines of NVIDIA's kernel module: XIDs with all that NVML's events lack, what it says of a GPU
 * without a number, its loading, and SXIDs of NVSwitches. The forms are those of NVIDIA's documents
 * (XID catalogue, GPU memory error management) and of logs in public bug reports; none was seen on
 * a machine of ours.
 */
public final class NvidiaKernelLines implements KernelLineRules {
  private static final String SLOT = "([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2})";

  /**
   * {@code NVRM: Xid (PCI:0000:0f:00): 79, pid=…, name=…, text}; drivers before 352 have no {@code
   * PCI:}, and with MIG the GPU instance and the compute instance follow the address.
   */
  private static final Pattern XID =
      Pattern.compile(
          "NVRM: Xid \\((?:PCI:)?"
              + SLOT
              + "(?:\\.([0-7]))?(?: GPU-I:([0-9a-fA-F]{1,4}))?(?: GPU-CI:([0-9a-fA-F]{1,4}))?\\):"
              + " ([0-9]{1,3})(?:, ?(.*))?");

  private static final Pattern PID = Pattern.compile("pid=(?:([0-9]{1,10})|'?<unknown>'?), ?(.*)");

  /** A name of a process has 15 characters at most, and may have any of them. */
  private static final Pattern NAME = Pattern.compile("name=(.{0,40}?)(?:, (.*)|$)");

  /** XID 154: {@code GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)}. */
  private static final Pattern ACTION =
      Pattern.compile(
          "GPU recovery action changed from 0x[0-9a-fA-F]+ \\([^)]{0,60}\\) to 0x([0-9a-fA-F]{1,8})"
              + " \\(([^)]{0,60})\\).*");

  /** {@code NVRM: GPU 0000:0f:00.0: GPU has fallen off the bus.}, {@code NVRM: GPU at PCI:…}. */
  private static final Pattern GPU =
      Pattern.compile("NVRM: GPU (?:at PCI:)?" + SLOT + "(?:\\.([0-7]))?: .*");

  /** {@code NVRM: The NVIDIA GPU 0000:0f:00.0}, the first of several lines. */
  private static final Pattern THE_GPU =
      Pattern.compile(
          "NVRM: The NVIDIA (?:probe routine failed for )?GPU " + SLOT + "(?:\\.([0-7]))?.*");

  private static final Pattern SXID =
      Pattern.compile(
          "nvidia-nvswitch[0-9]{1,3}: SXid \\(PCI:"
              + SLOT
              + "(?:\\.([0-7]))?\\): ([0-9]{1,6})(.*)");

  /** Also {@code NVIDIA UNIX Open Kernel Module for x86_64}. */
  private static final String LOADING = "NVRM: loading NVIDIA UNIX ";

  /** For the list of rules. */
  public NvidiaKernelLines() {}

  @Override
  public String reason() {
    return NvidiaHealthRules.XID;
  }

  @Override
  public String probe() {
    return Vendor.NVIDIA.probe();
  }

  @Override
  public Optional<KernelMessage> read(String text) {
    if (text.startsWith("nvidia-nvswitch")) {
      return switchError(text);
    }
    if (!text.startsWith("NVRM: ")) {
      return Optional.empty();
    }
    if (text.startsWith(LOADING)) {
      return Optional.of(
          new KernelMessage(
              "driver-loaded", Optional.empty(), Optional.empty(), Ending.VENDOR, Map.of()));
    }
    Matcher xid = XID.matcher(text);
    if (xid.matches()) {
      return address(xid).map(at -> xid(at, xid));
    }
    for (Pattern form : new Pattern[] {GPU, THE_GPU}) {
      Matcher gpu = form.matcher(text);
      if (gpu.matches()) {
        return address(gpu).map(at -> KernelMessage.about("nvrm", at, Map.of()));
      }
    }
    return Optional.empty();
  }

  private static Optional<PciAddress> address(Matcher of) {
    return PciAddress.parse(of.group(1) + "." + (of.group(2) == null ? "0" : of.group(2)));
  }

  private static Optional<KernelMessage> switchError(String text) {
    Matcher sxid = SXID.matcher(text);
    return sxid.matches()
        ? address(sxid).map(at -> KernelMessage.about("sxid", at, Map.of("sxid", sxid.group(3))))
        : Optional.empty();
  }

  private static KernelMessage xid(PciAddress at, Matcher line) {
    Map<String, String> facts = new TreeMap<>();
    put(facts, "gpuInstance", line.group(3));
    put(facts, "computeInstance", line.group(4));
    String said = process(line.group(6) == null ? "" : line.group(6), facts);
    int number = Integer.parseInt(line.group(5));
    Ending ending = Ending.NOTHING;
    if (number == 154) {
      Matcher action = ACTION.matcher(said);
      if (action.matches()) {
        facts.put("recoveryAction", action.group(2));
        ending = action.group(1).matches("0+") ? Ending.DEVICE : Ending.NOTHING;
      }
    }
    Optional<NvlinkError> nvlink = NvlinkError.read(number, said);
    nvlink.ifPresent(error -> facts.putAll(error.facts()));
    return new KernelMessage(
        NvidiaHealthRules.XID,
        Optional.of(at),
        nvlink
            .map(error -> error.fault(number))
            .or(() -> Optional.of(NvidiaHealthRules.xid(number))),
        ending,
        facts);
  }

  /** Takes process id and name from the beginning; what is left. */
  private static String process(String text, Map<String, String> facts) {
    String rest = text;
    Matcher pid = PID.matcher(rest);
    if (pid.matches()) {
      put(facts, "pid", pid.group(1));
      rest = pid.group(2);
      Matcher name = NAME.matcher(rest);
      if (name.matches()) {
        put(facts, "process", name.group(1).equals("<unknown>") ? null : name.group(1));
        rest = name.group(2) == null ? "" : name.group(2);
      }
    }
    return rest;
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, value);
    }
  }
}
