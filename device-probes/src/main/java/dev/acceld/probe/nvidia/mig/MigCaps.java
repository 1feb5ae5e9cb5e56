package dev.acceld.probe.nvidia.mig;

import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.CharDevices;
import dev.acceld.host.HostFs;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The capability files by which a container is let at a partition: {@code
 * /dev/nvidia-caps/nvidia-cap<N>}, one for the GPU instance and one for the compute instance. Their
 * numbers come from {@code /proc}, so that it does not matter whether a node has been made.
 */
final class MigCaps {
  private static final Pattern MINOR = Pattern.compile("(?m)^DeviceFileMinor:\\s*(\\d{1,9})\\s*$");

  private final HostFs host;
  private final CharDevices numbers;

  MigCaps(HostFs host) {
    this.host = host;
    this.numbers = new CharDevices(host);
  }

  /** The file of a GPU instance; empty when the driver does not tell. */
  Optional<DeviceFile> gpuInstance(int gpuMinor, int instance) {
    return file("gpu" + gpuMinor + "/mig/gi" + instance);
  }

  /** The file of a compute instance. */
  Optional<DeviceFile> computeInstance(int gpuMinor, int instance, int compute) {
    return file("gpu" + gpuMinor + "/mig/gi" + instance + "/ci" + compute);
  }

  private Optional<DeviceFile> file(String which) {
    OptionalInt minor = minor("/proc/driver/nvidia/capabilities/" + which + "/access");
    Integer major = numbers.majors().get("nvidia-caps");
    return minor.isPresent() && major != null
        ? Optional.of(
            DeviceFile.of(
                "/dev/nvidia-caps/nvidia-cap" + minor.getAsInt(), major, minor.getAsInt()))
        : Optional.empty();
  }

  private OptionalInt minor(String path) {
    Matcher m = MINOR.matcher(host.text(path).orElse(""));
    return m.find() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
  }
}
