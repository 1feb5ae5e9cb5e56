package dev.acceld.recorder;

import dev.acceld.device.DeviceName;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What shows that a recorded fault has ended. Of the recorder's thread alone. */
final class EndEvidence {
  private static final String REBOOTED = "the node was rebooted";

  /** Said of a device of which {@link #isTakenOut} was true for long. */
  static final String TAKEN_OUT = REBOOTED + ", and the device is no longer there";

  private final FlightSources sources;

  EndEvidence(FlightSources sources) {
    this.sources = sources;
  }

  /** What ended the fault of a device that is there without it. */
  String of(Sighting.Key key, Incident incident) {
    if (isRebooted(incident)) {
      return REBOOTED;
    }
    return sources
        .evidence()
        .of(key.device(), key.code(), key.value())
        .orElse(
            switch (key.code()) {
              case "device-lost" -> "the device responds again";
              case "unresponsive" -> "calls to the driver return again";
              case "probe-failed" -> "the driver can be read again";
              default -> "the device no longer reports it";
            });
  }

  /**
   * Whether a device that is not there may have been taken out of the node: the node was rebooted,
   * and others of its kind are there, so their driver works.
   *
   * @param there the devices of which something is known
   */
  boolean isTakenOut(DeviceName device, Incident incident, Set<DeviceName> there) {
    return isRebooted(incident)
        && there.stream().anyMatch(other -> kind(other).equals(kind(device)));
  }

  /** What a vendor's devices have in common: {@code gpu} of {@code gpu-548de086}. */
  private static String kind(DeviceName device) {
    return device.value().split("-", 2)[0];
  }

  private boolean isRebooted(Incident incident) {
    Optional<String> boot = sources.boot().get();
    String before = Objects.requireNonNullElse(incident.bootSeen, incident.record().boot());
    return boot.isPresent() && !before.isEmpty() && !before.equals(boot.get());
  }
}
