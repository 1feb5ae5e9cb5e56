package dev.acceld.fake.kubelet;

import java.time.Duration;
import java.util.List;

/**
 * How the fake kubelet behaves; {@link #likeReal()} has the numbers of kubelet 1.37.
 *
 * @param versions the DRA services that it knows, as in {@code supported_versions}; none with the
 *     gate off
 * @param healthVersions the health services that it knows, the preferred one first; none for a
 *     kubelet that does not ask for health
 * @param look how often it looks at the registry directory
 * @param getInfoDeadline for the first call to a plugin
 * @param callDeadline for a prepare or an unprepare
 * @param healthReopen how long after a health stream's end it opens the next
 * @param healthStale after which time without a report a device is unknown
 * @param wipeDelay how long a driver must be gone before its slices are wiped
 */
public record KubeletOptions(
    List<String> versions,
    List<String> healthVersions,
    Duration look,
    Duration getInfoDeadline,
    Duration callDeadline,
    Duration healthReopen,
    Duration healthStale,
    Duration wipeDelay) {

  /** Takes copies. */
  public KubeletOptions {
    versions = List.copyOf(versions);
    healthVersions = List.copyOf(healthVersions);
  }

  /** As the real one. */
  public static KubeletOptions likeReal() {
    return new KubeletOptions(
        List.of("v1.DRAPlugin", "v1beta1.DRAPlugin"),
        List.of("v1.DRAResourceHealth", "v1alpha1.DRAResourceHealth"),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(45),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30));
  }

  /** As the real one, but it looks and comes back ten times as often, for tests and the demo. */
  public static KubeletOptions quick() {
    KubeletOptions real = likeReal();
    return new KubeletOptions(
        real.versions,
        real.healthVersions,
        Duration.ofMillis(100),
        real.getInfoDeadline,
        real.callDeadline,
        Duration.ofMillis(500),
        real.healthStale,
        real.wipeDelay);
  }

  /** With other services known. */
  public KubeletOptions knowing(List<String> dra, List<String> health) {
    return new KubeletOptions(
        dra, health, look, getInfoDeadline, callDeadline, healthReopen, healthStale, wipeDelay);
  }

  /** With the gate DynamicResourceAllocation off. */
  public KubeletOptions gateOff() {
    return knowing(List.of(), List.of());
  }

  /** With another deadline for prepare and unprepare. */
  public KubeletOptions callDeadline(Duration deadline) {
    return new KubeletOptions(
        versions,
        healthVersions,
        look,
        getInfoDeadline,
        deadline,
        healthReopen,
        healthStale,
        wipeDelay);
  }

  /** With another delay before slices are wiped. */
  public KubeletOptions wipeDelay(Duration delay) {
    return new KubeletOptions(
        versions,
        healthVersions,
        look,
        getInfoDeadline,
        callDeadline,
        healthReopen,
        healthStale,
        delay);
  }
}
