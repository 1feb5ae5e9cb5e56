package dev.acceld.bench;

import dev.acceld.agent.config.Setting;
import dev.acceld.device.Device;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.Probe;
import dev.acceld.probe.Releases;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.VendorOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The probes of the vendors whose devices a simulated machine has, with the agent's defaults.
 *
 * @param all one a vendor
 */
record MachineProbes(List<Probe> all) implements AutoCloseable {

  /** Makes a simulated machine; returns where its files are. */
  static Path plant(Path dir, String machine) {
    return MachineTree.create(dir.resolve(machine), MachineCatalog.load(machine)).root();
  }

  /**
   * Opens them.
   *
   * @param settings that are not the defaults, {@code tpu-shapes}
   */
  static MachineProbes open(Path root, Map<String, String> settings) {
    return open(root, settings, ClusterView.NONE);
  }

  /** The same, with what the cluster says. */
  static MachineProbes open(Path root, Map<String, String> settings, ClusterView cluster) {
    HostFs host = new HostFs(root);
    Map<String, String> values = new HashMap<>();
    for (Setting setting : Setting.values()) {
      setting.fallback().ifPresent(v -> values.put(setting.flag().substring(2), v));
    }
    values.putAll(settings);
    List<Probe> probes = new ArrayList<>();
    for (VendorModule module : VendorModule.all()) {
      if (!module.onBus(host).isEmpty()) {
        VendorOptions options = module.simulated(new VendorOptions(values), root);
        probes.add(
            module.open(new VendorContext(host, Releases.NONE, options, cluster, false)).probe());
      }
    }
    return new MachineProbes(probes);
  }

  /** One full enumeration. */
  List<Device> discover() throws Exception {
    List<Device> devices = new ArrayList<>();
    for (Probe probe : all) {
      devices.addAll(probe.discover().devices());
    }
    return devices;
  }

  @Override
  public void close() {
    all.forEach(Probe::close);
  }
}
