package dev.acceld.host;

import dev.acceld.device.access.DeviceFile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers of character devices: from sysfs, from the node itself, from {@code /proc/devices}.
 */
public final class CharDevices {
  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9}):(\\d{1,9})");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private final HostFs host;
  private volatile Table last = new Table("", Map.of());

  /** The text of {@code /proc/devices} and what it says. */
  private record Table(String text, Map<String, Integer> majors) {}

  /** Of that host. */
  public CharDevices(HostFs host) {
    this.host = host;
  }

  /**
   * A file of {@code /dev} with the best numbers to be had: those of the node when it is a
   * character device, else those in sysfs (the device exists though no node was made), else none.
   *
   * @param path such as {@code /dev/vfio/12}
   * @param sysfs the {@code dev} file that goes with it, such as {@code /sys/class/vfio/12/dev}
   */
  public DeviceFile file(String path, String sysfs) {
    return new DeviceFile(path, host.node(path).or(() -> inSysfs(sysfs)));
  }

  /** The numbers in a {@code dev} file of sysfs, {@code 511:0}. */
  public Optional<DeviceFile.Number> inSysfs(String path) {
    return host.text(path).flatMap(CharDevices::parse);
  }

  /**
   * The major numbers in force, by driver name: {@code nvidia}, {@code vfio}, {@code accel}. The
   * file is read each time, for nothing else tells that a module was loaded; the same text is not
   * taken apart twice.
   */
  public Map<String, Integer> majors() {
    String text = host.text("/proc/devices").orElse("");
    Table known = last;
    if (!known.text().equals(text)) {
      known = new Table(text, Map.copyOf(majors(text)));
      last = known;
    }
    return known.majors();
  }

  static Optional<DeviceFile.Number> parse(String text) {
    Matcher m = NUMBERS.matcher(text);
    return m.matches()
        ? Optional.of(
            new DeviceFile.Number(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))))
        : Optional.empty();
  }

  /** Reads the part {@code Character devices:}; a name that occurs twice keeps its first number. */
  static Map<String, Integer> majors(String text) {
    Map<String, Integer> majors = new HashMap<>();
    boolean characters = false;
    for (String line : text.split("\n", -1)) {
      String[] words = SPACE.split(line.strip(), 2);
      if (line.endsWith(":")) {
        characters = line.startsWith("Character");
      } else if (characters && words.length == 2 && NUMBER.matcher(words[0]).matches()) {
        majors.putIfAbsent(words[1], Integer.parseInt(words[0]));
      }
    }
    return majors;
  }
}
