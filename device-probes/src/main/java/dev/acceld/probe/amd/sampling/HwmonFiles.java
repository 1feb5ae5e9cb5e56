package dev.acceld.probe.amd.sampling;

import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sensors of one GPU (Documentation/gpu/amdgpu/thermal.rst, Documentation/hwmon). Null is what
 * the GPU does not have: the hottest spot is measured from Vega on, the edge not on all chips.
 *
 * @param directory with a slash at its end
 * @param edge at the edge of the chip
 * @param hotspot the hottest of many sensors in it
 * @param memory of the memory
 */
record HwmonFiles(
    String directory,
    @Nullable Temperature edge,
    @Nullable Temperature hotspot,
    @Nullable Temperature memory,
    HostFile power,
    HostFile powerAverage,
    HostFile powerCap,
    HostFile powerCapDefault,
    HostFile powerCapMin,
    HostFile powerCapMax,
    HostFile clock,
    HostFile memoryClock,
    HostFile fan,
    HostFile fanMax) {
  private static final int MOST_TEMPERATURES = 8;

  /**
   * One sensor; all in millidegrees.
   *
   * @param critical from which on the GPU slows down
   * @param emergency at which it shuts down
   */
  record Temperature(HostFile now, HostFile critical, HostFile emergency) {}

  /** Where they are; empty when there are none. A new load of the driver gives a new number. */
  static Optional<String> directory(HostFs host, String device) {
    return host.names(device + "hwmon").stream()
        .filter(name -> name.startsWith("hwmon"))
        .findFirst()
        .map(name -> device + "hwmon/" + name + "/");
  }

  static HwmonFiles of(HostFs host, String directory) {
    return new HwmonFiles(
        directory,
        temperature(host, directory, "edge"),
        temperature(host, directory, "junction"),
        temperature(host, directory, "mem"),
        host.file(directory + "power1_input"),
        host.file(directory + "power1_average"),
        host.file(directory + "power1_cap"),
        host.file(directory + "power1_cap_default"),
        host.file(directory + "power1_cap_min"),
        host.file(directory + "power1_cap_max"),
        host.file(directory + "freq1_input"),
        host.file(directory + "freq2_input"),
        host.file(directory + "fan1_input"),
        host.file(directory + "fan1_max"));
  }

  private static @Nullable Temperature temperature(HostFs host, String directory, String label) {
    for (int i = 1; i <= MOST_TEMPERATURES; i++) {
      String sensor = directory + "temp" + i;
      if (host.text(sensor + "_label").filter(label::equals).isPresent()) {
        return new Temperature(
            host.file(sensor + "_input"),
            host.file(sensor + "_crit"),
            host.file(sensor + "_emergency"));
      }
    }
    return null;
  }
}
