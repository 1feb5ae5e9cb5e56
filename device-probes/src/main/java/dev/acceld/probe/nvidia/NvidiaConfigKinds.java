package dev.acceld.probe.nvidia;

import dev.acceld.device.Device;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.vendor.ConfigFields;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.InvalidConfigException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The configuration that claims on NVIDIA's devices may carry: acceld's own, and that of NVIDIA's
 * DRA driver, so that claims which were written for it go on working.
 */
public final class NvidiaConfigKinds {
  /** The group and version of NVIDIA's DRA driver. */
  private static final String NVIDIA_GROUP = "resource.nvidia.com/v1beta1";

  private static final String GPU_GROUP = "gpu.acceld.dev/v1alpha1";

  /** All of them. */
  public static final List<ConfigKind> ALL =
      List.of(
          new Parsed(
              GPU_GROUP,
              "GpuConfig",
              device -> device.common().kind() == Kind.GPU,
              NvidiaConfigKinds::capabilities),
          new Parsed(NVIDIA_GROUP, "GpuConfig", isA("gpu"), fields -> AccessOptions.DEFAULT),
          new Parsed(NVIDIA_GROUP, "MigDeviceConfig", isA("mig"), fields -> AccessOptions.DEFAULT));

  private NvidiaConfigKinds() {}

  private static Predicate<Device> isA(String type) {
    return device -> device.type().equals(type);
  }

  private static AccessOptions capabilities(ConfigFields fields) throws InvalidConfigException {
    Optional<List<String>> words = fields.texts("driverCapabilities");
    if (words.isEmpty()) {
      return AccessOptions.DEFAULT;
    }
    String path = fields.path("driverCapabilities");
    Set<DriverCapability> wanted = EnumSet.noneOf(DriverCapability.class);
    for (int i = 0; i < words.get().size(); i++) {
      add(path + "[" + i + "]", words.get().get(i), wanted);
    }
    if (wanted.isEmpty()) {
      throw new InvalidConfigException(
          path, "must name at least one; leave it out to take the node's");
    }
    return new AccessOptions(Optional.of(wanted));
  }

  private static void add(String path, String word, Set<DriverCapability> wanted)
      throws InvalidConfigException {
    if (word.equals("all")) {
      wanted.addAll(DriverCapability.ALL);
      return;
    }
    DriverCapability capability =
        DriverCapability.of(word)
            .orElseThrow(
                () ->
                    new InvalidConfigException(
                        path,
                        "'"
                            + word
                            + "' is not known; known are "
                            + DriverCapability.ids()
                            + ", all"));
    if (!wanted.add(capability)) {
      throw new InvalidConfigException(path, "'" + word + "' is there already");
    }
  }

  private interface Reader {
    AccessOptions read(ConfigFields fields) throws InvalidConfigException;
  }

  private record Parsed(String group, String kind, Predicate<Device> devices, Reader reader)
      implements ConfigKind {

    @Override
    public boolean takes(Device device) {
      return device.common().vendor().equals(Vendor.NVIDIA) && devices.test(device);
    }

    @Override
    public AccessOptions read(ConfigFields fields) throws InvalidConfigException {
      if (fields.has("sharing")) {
        throw new InvalidConfigException(
            fields.path("sharing"),
            "this driver does not divide devices among containers yet (neither time slices nor MPS);"
                + " leave it out: containers that use the same claim take turns as the hardware"
                + " does it by default");
      }
      return reader.read(fields);
    }
  }
}
