package dev.acceld.probe.tpu;

import dev.acceld.device.Vendor;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HardwareStatement.Severity;
import dev.acceld.vendor.LogPlace;
import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where libtpu's logs are kept on the host. It writes them to {@code /tmp/tpu_logs} unless {@code
 * TPU_LOG_DIR} names another directory, so a mount there needs no variable.
 *
 * @param place the directory, and what is kept of it
 */
record TpuLogs(LogPlace place) {
  private static final String DIR = "tpu-log-dir";
  private static final String KEEP = "tpu-log-keep";
  private static final String KEEP_FOR = "tpu-log-keep-for";
  private static final String IN_CONTAINER = "/tmp/tpu_logs";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

  static final List<VendorSetting> SETTINGS =
      List.of(
          new VendorSetting(
              DIR,
              "DIR",
              Optional.empty(),
              "existing directory of the host in which each claim with TPU chips gets a directory"
                  + " for libtpu's logs, at /tmp/tpu_logs in its containers"),
          new VendorSetting(
              KEEP,
              "NUMBER",
              Optional.of("0"),
              "how many of these directories stay after their claims, for examination; 0: each is"
                  + " removed when its claim is unprepared"),
          new VendorSetting(
              KEEP_FOR, "DURATION", Optional.of("7d"), "how long such a directory stays at most"));

  /**
   * Reads the values.
   *
   * @throws VendorOptionException naming the setting and what would be right
   */
  static Optional<TpuLogs> of(VendorOptions options) {
    String keep = options.text(KEEP);
    if (!NUMBER.matcher(keep).matches()) {
      throw new VendorOptionException(KEEP, "'" + keep + "' must be a number from 0 to 999999");
    }
    var keepFor = TpuOptions.duration(KEEP_FOR, options.text(KEEP_FOR), "");
    Optional<Path> dir = options.findPath(DIR);
    if (dir.isPresent() && dir.get().getNameCount() == 0) {
      throw new VendorOptionException(DIR, "'" + dir.get() + "' must not be the root directory");
    }
    return dir.map(path ->
        new TpuLogs(
            new LogPlace(
                Vendor.GOOGLE, path, IN_CONTAINER, Integer.parseInt(keep), keepFor, "--" + DIR)));
  }

  /** Whether claims can get their directories; changes nothing. */
  HardwareStatement examine() {
    Path dir = place.directory();
    String missing =
        !Files.exists(dir)
            ? "does not exist"
            : !Files.isDirectory(dir)
                ? "is not a directory"
                : Files.isWritable(dir) ? "" : "cannot be written";
    return missing.isEmpty()
        ? new HardwareStatement(Severity.OK, "libtpu's logs are kept in " + dir, "")
        : new HardwareStatement(
            Severity.WARN,
            "TPU claims get no log directory: " + dir + " " + missing,
            "create it and make it writable for the agent (in a pod, mount it), or set another with"
                + " --"
                + DIR);
  }
}
