package dev.acceld.probe.tpu.slice;

import dev.acceld.device.Device;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.probe.tpu.shape.Shape;
import dev.acceld.vendor.ConfigFields;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.InvalidConfigException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code TpuConfig}: that the pod of a claim is a worker of a slice of several hosts. What it says
 * of a slice is taken as a whole: a claim's slice replaces that of the class, since one topology
 * does not go with another's number of workers.
 */
public final class TpuConfigKind implements ConfigKind {
  /** The kind. */
  public static final String KIND = "TpuConfig";

  private static final String GROUP = "tpu.acceld.dev/v1alpha1";

  /** For the list of kinds. */
  public TpuConfigKind() {}

  @Override
  public String group() {
    return GROUP;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public boolean takes(Device device) {
    return device.common().vendor().equals(Vendor.GOOGLE) && device.common().kind() == Kind.TPU;
  }

  @Override
  public AccessOptions read(ConfigFields fields) throws InvalidConfigException {
    Optional<ConfigFields> slice = fields.object("slice");
    return slice.isEmpty() ? AccessOptions.DEFAULT : AccessOptions.of(slice(slice.get()).texts());
  }

  private static SliceSettings slice(ConfigFields slice) throws InvalidConfigException {
    String topology = topology(slice);
    OptionalInt workers = slice.number("workers", 1, SliceSettings.MOST_WORKERS);
    Optional<List<String>> names = slice.texts("hostnames");
    if (workers.isEmpty()) {
      throw new InvalidConfigException(
          slice.path("workers"), "is missing; set it to the number of hosts of the slice");
    }
    int count = workers.getAsInt();
    OptionalInt id = slice.number("workerId", 0, count - 1);
    if (names.isPresent()) {
      check(names.get(), count, slice.path("hostnames"));
      id = id.isEmpty() && count == 1 ? OptionalInt.of(0) : id;
    } else if (id.isPresent()) {
      throw new InvalidConfigException(
          slice.path("workerId"),
          "needs hostnames beside it; omit it to have both told from the pod");
    }
    return new SliceSettings(topology, count, names.orElse(List.of()), id);
  }

  private static String topology(ConfigFields slice) throws InvalidConfigException {
    String path = slice.path("topology");
    String topology =
        slice
            .word("topology")
            .orElseThrow(() ->
                new InvalidConfigException(
                    path, "is missing; set it to the topology of the whole slice, such as 4x4"));
    if (Shape.parse(topology).isEmpty()) {
      throw new InvalidConfigException(
          path, HostNames.quoted(topology) + " is not a topology such as 4x4 or 2x2x4");
    }
    return topology;
  }

  private static void check(List<String> names, int workers, String path)
      throws InvalidConfigException {
    if (names.size() != workers) {
      throw new InvalidConfigException(
          path,
          "lists "
              + names.size()
              + (names.size() == 1 ? " name" : " names")
              + ", but workers is "
              + workers
              + "; list one for each worker, that of worker 0 first, or omit it to have them told"
              + " from the pod");
    }
    Optional<HostNames.Fault> fault = HostNames.fault(names);
    if (fault.isPresent()) {
      throw new InvalidConfigException(path + "[" + fault.get().index() + "]", fault.get().why());
    }
  }
}
