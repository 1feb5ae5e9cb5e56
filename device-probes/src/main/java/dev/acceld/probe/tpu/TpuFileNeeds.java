package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.tpu.shape.Shape;
import dev.acceld.vendor.DeviceFileNeeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The VFIO groups or accel files of chips and of blocks of chips in a container. */
final class TpuFileNeeds implements DeviceFileNeeds {
  private static final String PREFIX = "tpu-";
  private static final String VFIO = "/dev/vfio/";
  private static final String VFIO_CONTAINER = VFIO + "vfio";
  private static final String METRICS_PORTS = "TPU_RUNTIME_METRICS_PORTS";

  private final Function<HostFs, List<Device>> discovery;

  /**
   * With that look at a host.
   *
   * @param discovery finds chips, and all blocks of them
   */
  TpuFileNeeds(Function<HostFs, List<Device>> discovery) {
    this.discovery = discovery;
  }

  @Override
  public Map<String, Set<String>> paths(HostFs container) {
    Map<String, Set<String>> paths = new HashMap<>();
    for (Device device : discovery.apply(container)) {
      Set<String> own = new TreeSet<>();
      device.common().files().stream().map(DeviceFile::path).forEach(own::add);
      if (own.stream().anyMatch(path -> path.startsWith(VFIO))) {
        own.add(VFIO_CONTAINER);
      }
      paths.put(device.name().value(), own);
    }
    return paths;
  }

  /** One file a chip, or as many as a chip has PCI functions: each has a port for its metrics. */
  @Override
  public int count(List<String> devices, Map<String, String> env) {
    int chips = devices.stream().mapToInt(TpuFileNeeds::chips).sum();
    int ports = env.getOrDefault(METRICS_PORTS, "").split(",", -1).length;
    return ports % chips == 0 ? ports : chips;
  }

  /** {@code tpu-2x2-0000-00-04} has four, {@code tpu-0000-00-04} is one. */
  private static int chips(String device) {
    String word = device.substring(PREFIX.length()).split("-", 2)[0];
    return Shape.parse(word).map(shape -> (int) shape.chips()).orElse(1);
  }
}
