package dev.acceld.probe.intel;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The sensors of a card, as the driver shows them to the kernel's hwmon: power, energy,
 * temperatures (Documentation/ABI/testing/sysfs-driver-intel-xe-hwmon and -i915-hwmon). Neither
 * driver shows power: it is the energy of the time since the last look. Fans are not read: there is
 * a speed, but no highest one of which it could be a share. One thread.
 */
final class IntelSensors {
  private static final double MICRO = 1e6;
  private static final double MILLI = 1e3;
  private static final long MOST_WATTS = 100_000;
  private static final double LEAST_SECONDS = 0.05;
  private static final int SHUTDOWN = MetricDimension.THRESHOLD.names().indexOf("shutdown");
  private static final int SLOWDOWN = MetricDimension.THRESHOLD.names().indexOf("slowdown");
  private static final int MEMORY = MetricDimension.THRESHOLD.names().indexOf("memory");

  private final HostFile energy;
  private final HostFile limit;
  private final HostFile rated;
  private final HostFile temperature;
  private final HostFile critical;
  private final HostFile emergency;
  private final HostFile memory;
  private final HostFile memoryCritical;
  private OptionalLong lastEnergy = OptionalLong.empty();
  private long lastNanos;

  private IntelSensors(HostFs host, String dir, String driver) {
    // Of the whole card where there is that channel, else of the package: never a mix of both.
    String channel = host.exists(dir + "/energy1_input") ? "1" : "2";
    String limits = host.exists(dir + "/power" + channel + "_max") ? channel : "2";
    String chip = driver.equals("i915") ? "/temp1" : "/temp2";
    energy = host.file(dir + "/energy" + channel + "_input");
    limit = host.file(dir + "/power" + limits + "_max");
    rated = host.file(dir + "/power" + limits + "_rated_max");
    temperature = host.file(dir + chip + "_input");
    critical = host.file(dir + chip + "_crit");
    emergency = host.file(dir + chip + "_emergency");
    memory = host.file(dir + "/temp3_input");
    memoryCritical = host.file(dir + "/temp3_crit");
  }

  /** Those of a GPU; its GTs may have directories of their own, which have other names. */
  static Optional<IntelSensors> of(HostFs host, String device, String driver) {
    return directory(host, device, driver).map(dir -> new IntelSensors(host, dir, driver));
  }

  /** Where they are: it has another number each time that the driver is loaded. */
  static Optional<String> directory(HostFs host, String device, String driver) {
    String all = device + "/hwmon";
    return host.names(all).stream()
        .map(name -> all + "/" + name)
        .filter(dir -> host.text(dir + "/name").filter(driver::equals).isPresent())
        .findFirst();
  }

  void read(Sample.Builder sample, long nanos) {
    energy(sample, nanos);
    watts(sample, Metric.POWER_LIMIT, limit);
    watts(sample, Metric.POWER_LIMIT_DEFAULT, rated);
    celsius(sample, Metric.TEMPERATURE, 0, temperature);
    celsius(sample, Metric.MEMORY_TEMPERATURE, 0, memory);
    celsius(sample, Metric.TEMPERATURE_THRESHOLD, SLOWDOWN, critical);
    celsius(sample, Metric.TEMPERATURE_THRESHOLD, SHUTDOWN, emergency);
    celsius(sample, Metric.TEMPERATURE_THRESHOLD, MEMORY, memoryCritical);
  }

  /** The time that passes now is not looked at. */
  void forget() {
    lastEnergy = OptionalLong.empty();
  }

  /** A counter that goes back began anew: then nothing is known of the time in between. */
  private void energy(Sample.Builder sample, long nanos) {
    OptionalLong now = energy.number();
    OptionalLong before = lastEnergy;
    double seconds = (nanos - lastNanos) / 1e9;
    lastEnergy = now;
    lastNanos = nanos;
    if (now.isEmpty() || now.getAsLong() < 0) {
      lastEnergy = OptionalLong.empty();
      return;
    }
    sample.put(Metric.ENERGY, now.getAsLong() / MICRO);
    if (before.isPresent() && seconds >= LEAST_SECONDS) {
      double watts = (now.getAsLong() - before.getAsLong()) / MICRO / seconds;
      if (watts >= 0 && watts <= MOST_WATTS) {
        sample.put(Metric.POWER, watts);
      }
    }
  }

  /** A limit of 0 is none. */
  private static void watts(Sample.Builder sample, Metric metric, HostFile file) {
    OptionalLong value = file.number();
    if (value.isPresent()
        && value.getAsLong() > 0
        && value.getAsLong() <= MOST_WATTS * (long) MICRO) {
      sample.put(metric, value.getAsLong() / MICRO);
    }
  }

  private static void celsius(Sample.Builder sample, Metric metric, int part, HostFile file) {
    OptionalLong value = file.number();
    if (value.isPresent() && value.getAsLong() > -100_000 && value.getAsLong() < 250_000) {
      sample.put(metric, part, value.getAsLong() / MILLI);
    }
  }
}
