package dev.acceld.probe.nvidia;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Releases;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.nvidia.discovery.PciGpus;
import dev.acceld.probe.nvidia.mig.NvmlOpener;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.session.NvmlSession;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Opens the library for changes of partitions, without touching what is released. */
final class ControlOpener implements NvmlOpener {
  private final Path driverRoot;
  private final HostFs host;
  private final Releases releases;

  ControlOpener(Path driverRoot, HostFs host, Releases releases) {
    this.driverRoot = driverRoot;
    this.host = host;
    this.releases = releases;
  }

  @Override
  public Nvml open() throws ProbeUnavailableException, ProbeFailedException {
    Released released = releases.now();
    if (released.all()) {
      throw new ProbeUnavailableException(
          "all GPUs are released ('acceld release --all --back' takes them back)");
    }
    return NvmlSession.initialised(driverRoot, host, released.isEmpty());
  }

  @Override
  public Optional<Set<PciAddress>> only() {
    Released released = releases.now();
    if (released.isEmpty()) {
      return Optional.empty();
    }
    Set<PciAddress> others = new HashSet<>(new PciGpus(host).driven());
    released.devices().values().forEach(address -> address.ifPresent(others::remove));
    return Optional.of(others);
  }
}
