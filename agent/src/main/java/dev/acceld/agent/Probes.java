package dev.acceld.agent;

import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.CompositeAccess;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.Probe;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.NvidiaAccess;
import dev.acceld.probe.nvidia.NvidiaProbe;
import dev.acceld.probe.nvidia.mig.MigSelector;
import dev.acceld.probe.tpu.TpuAccess;
import dev.acceld.probe.tpu.TpuProbe;
import java.util.List;
import java.util.Map;

/**
 * The vendors that this agent knows.
 *
 * @param all one probe each; the order in which their devices are offered
 * @param access what containers need to use their devices
 * @param control makes devices for claims and unmakes them after
 */
record Probes(List<Probe> all, AccessPlanner access, DeviceControl control) {

  static Probes of(
      HostFs host,
      NvidiaAccess.Settings settings,
      MigSelector migOnDemand,
      boolean migRemoveForeign,
      Releases releases) {
    NvidiaProbe nvidia = new NvidiaProbe(settings.root().seen(), host, releases, migOnDemand);
    return new Probes(
        List.of(nvidia, new TpuProbe(host)),
        new CompositeAccess(
            Map.of(
                Vendor.NVIDIA,
                new NvidiaAccess(host, settings),
                Vendor.GOOGLE,
                new TpuAccess(host))),
        // Also where nothing is made any more: what was made for a claim has to be unmade.
        nvidia.control(migRemoveForeign));
  }
}
