package dev.acceld.agent.inside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.Releases;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.probe.VendorRuntime;
import dev.acceld.vendor.VendorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers with each chip and each shape of each simulated TPU host, whole and incomplete. */
class TpuContainerTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "tpu-v4x4, 1, 2x2x1, 4",
    "tpu-v5ex8, 1, 2x2, 4",
    "tpu-v5ex8, 1, 2x4, 8",
    "tpu-v6ex8, 1, 2x4, 8",
    "tpu-v6ex8, 1, 1x2, 2",
    "tpu7x4, 2, 2x2x1, 4",
  })
  void eachDeviceHasItsFiles(String machine, int filesOfAChip, String shape, int chips)
      throws Exception {
    Path host = MachineTree.create(dir.resolve("host"), MachineCatalog.load(machine)).root();
    List<Device> all;
    try (Tpus tpus = Tpus.of(host)) {
      all = tpus.devices();
      assertThat(all).filteredOn(device -> name(device).startsWith("tpu-" + shape)).isNotEmpty();
      for (Device device : all) {
        boolean ofThatShape = name(device).startsWith("tpu-" + shape + "-");
        int count = (device.group() ? device.members().size() : 1) * filesOfAChip;
        assertThat(device.common().files()).hasSize(count);
        assertThat(!ofThatShape || device.members().size() == chips).isTrue();
        check(host, device, tpus.env(device));
      }
    }
  }

  private void check(Path host, Device device, Map<String, String> env) throws IOException {
    Set<String> files = new TreeSet<>();
    device.common().files().stream().map(DeviceFile::path).forEach(files::add);
    boolean vfio = files.stream().anyMatch(path -> path.startsWith("/dev/vfio/"));
    try (ContainerTree container = new ContainerTree(Files.createTempDirectory(dir, "c"))) {
      for (String path : files) {
        container.node(path);
      }
      if (vfio) {
        container.node("/dev/vfio/vfio");
      }
      assertThat(container.look(env).problems()).as("%s without /sys", device).isEmpty();
      container.delete(files.iterator().next());
      assertThat(container.look(env).problems())
          .singleElement()
          .asString()
          .contains(
              files.size() > 1 || vfio
                  ? name(device) + " with " + files.size() + " device file"
                  : "no device file of " + name(device) + " is here");
      container.node(files.iterator().next());
      container.sysOf(host);
      assertThat(container.look(env).problems()).as("%s with /sys", device).isEmpty();
      if (vfio) {
        files.add("/dev/vfio/vfio");
      }
      for (String path : files) {
        container.delete(path);
        assertThat(container.look(env).problems())
            .singleElement()
            .asString()
            .contains(
                files.size() > 1
                    ? "this device file is missing: " + path + " of " + name(device) + ";"
                    : "no device file of " + name(device) + " is here");
        container.node(path);
      }
    }
  }

  private static String name(Device device) {
    return device.name().value();
  }

  /** The chips of a host and every shape of them, as an agent has them. */
  private record Tpus(VendorRuntime runtime) implements AutoCloseable {

    static Tpus of(Path host) {
      VendorModule module =
          VendorModule.all().stream()
              .filter(m -> m.inContainer().namePrefix().equals("tpu-"))
              .findFirst()
              .orElseThrow();
      Map<String, String> values = new HashMap<>();
      module
          .settings()
          .forEach(setting -> setting.fallback().ifPresent(v -> values.put(setting.name(), v)));
      values.put("tpu-shapes", "all");
      VendorOptions options = module.simulated(new VendorOptions(values), host);
      return new Tpus(module.open(new VendorContext(new HostFs(host), Releases.NONE, options)));
    }

    List<Device> devices() throws Exception {
      return runtime.probe().discover().devices();
    }

    /** What a container with that device alone is told. */
    Map<String, String> env(Device device) throws Exception {
      Map<String, String> env =
          new TreeMap<>(runtime.access().plan(List.of(device), AccessOptions.DEFAULT).env());
      env.put(
          "ACCELD_DEVICE_" + name(device).replace('-', '_').toUpperCase(Locale.ROOT), name(device));
      return env;
    }

    @Override
    public void close() {
      runtime.probe().close();
    }
  }
}
