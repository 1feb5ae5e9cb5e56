package dev.acceld.probe.intel;

import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * GPUs in the driver's survivability mode: their firmware is damaged, and all that they are good
 * for is an update of it (Linux: Documentation/gpu/xe, Survivability Mode). The driver shows the
 * file {@code survivability_mode} then, which only root reads; that it is there is enough. One
 * thread.
 */
final class SurvivabilityWatch {
  private static final String REMEDY =
      "update its firmware (fwupd), and bind it to the driver again; replace it if that fails";

  private final IntelNodes nodes;
  private final Set<DeviceName> told = new HashSet<>();

  SurvivabilityWatch(IntelNodes nodes) {
    this.nodes = nodes;
  }

  /** Why a GPU cannot be used that has been in that mode since its driver was loaded. */
  static String unusable(PciAddress at) {
    return at + " is in survivability mode; " + REMEDY;
  }

  /** What has changed since the last look at that GPU. One look-up. */
  Optional<Signal> look(DeviceName name, PciAddress at, Instant now) {
    boolean is = nodes.inSurvivabilityMode(at);
    boolean changed = is ? told.add(name) : told.remove(name);
    return changed
        ? Optional.of(new Signal.Defect(name, now, DefectKind.SURVIVABILITY, is, is ? REMEDY : ""))
        : Optional.empty();
  }
}
