package dev.acceld.dra.claim.record;

import dev.acceld.device.Boot;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is remembered of a claim on disk: enough to answer again and to undo without anybody's help.
 *
 * @param state how far it got
 * @param bootId the boot in which it was prepared; device numbers do not outlive it
 * @param claim which claim
 * @param devices what it holds, in the order of the answer
 * @param configuration what the CDI file was made by besides the devices, as JSON texts ({@link
 *     RecordedOptions})
 * @param pods who used it when it was prepared
 * @param preparedAt when it was prepared first
 * @param cdi the CDI file; as kept in memory without its text
 * @param traceContext W3C trace context of the prepare
 * @param use sums of use, by meter
 * @param unprepareMark what {@link Tombstones#toNote} said when it was prepared last; empty when
 *     that is not known, as of older agents
 * @param newer what a newer version has written in it and this one does not know, as JSON text;
 *     such a claim's CDI file is left as it is
 */
public record ClaimRecord(
    State state,
    String bootId,
    ClaimRef claim,
    List<RecordedDevice> devices,
    List<String> configuration,
    List<PodRef> pods,
    Instant preparedAt,
    CdiText cdi,
    Optional<String> traceContext,
    Map<String, Double> use,
    Optional<String> unprepareMark,
    Optional<String> newer) {

  /** With nothing in it that this version does not know. */
  public ClaimRecord(
      State state,
      String bootId,
      ClaimRef claim,
      List<RecordedDevice> devices,
      List<String> configuration,
      List<PodRef> pods,
      Instant preparedAt,
      CdiText cdi,
      Optional<String> traceContext,
      Map<String, Double> use,
      Optional<String> unprepareMark) {
    this(
        state,
        bootId,
        claim,
        devices,
        configuration,
        pods,
        preparedAt,
        cdi,
        traceContext,
        use,
        unprepareMark,
        Optional.empty());
  }

  /** How far a claim got. */
  public enum State {
    /** Hardware may have been changed; prepare it again or undo it. */
    PREPARING,
    /** All of it is done. */
    PREPARED
  }

  /** Takes copies. */
  public ClaimRecord {
    devices = List.copyOf(devices);
    configuration = List.copyOf(configuration);
    pods = List.copyOf(pods);
    use = Map.copyOf(use);
  }

  /** True when it can be answered again as it is. */
  public boolean finishedIn(String boot) {
    return state == State.PREPARED && ofBoot(boot);
  }

  /** False only when it is certain that it was written in another boot. */
  public boolean ofBoot(String boot) {
    return Boot.maybeSame(bootId, boot);
  }

  /** Whether it holds exactly what an allocation has of that driver's devices. */
  public boolean isOf(String driver, Allocation allocation) {
    Set<String> wanted =
        allocation.results().stream()
            .filter(r -> r.driver().equals(driver))
            .map(r ->
                name(
                    r.mainRequest(), r.pool(), r.device(), r.adminAccess(), r.shareId().orElse("")))
            .collect(Collectors.toSet());
    Set<String> held =
        devices.stream()
            .map(RecordedDevice::prepared)
            .map(d ->
                name(d.request(), d.pool(), d.device(), d.adminAccess(), d.shareId().orElse("")))
            .collect(Collectors.toSet());
    return wanted.equals(held);
  }

  private static String name(
      String request, String pool, String device, boolean admin, String share) {
    return String.join("/", request, pool, device, admin ? "admin" : "", share);
  }

  /** Partition IDs of what was made for it. */
  public Set<String> partitionIds() {
    return devices.stream().flatMap(d -> d.partitionId().stream()).collect(Collectors.toSet());
  }

  /** The same as not finished. */
  ClaimRecord halfPrepared() {
    return new ClaimRecord(
        State.PREPARING,
        bootId,
        claim,
        devices,
        configuration,
        pods,
        preparedAt,
        cdi,
        traceContext,
        use,
        unprepareMark,
        newer);
  }

  /** The same with another CDI file. */
  public ClaimRecord withCdi(CdiText file) {
    return keeping(bootId, devices, file);
  }

  /** The same with these, which are mostly equal parts that take less memory. */
  public ClaimRecord keeping(String sameBoot, List<RecordedDevice> sameDevices, CdiText sameCdi) {
    return new ClaimRecord(
        state,
        sameBoot,
        claim,
        sameDevices,
        configuration,
        pods,
        preparedAt,
        sameCdi,
        traceContext,
        use,
        unprepareMark,
        newer);
  }

  /** The same with other pods. */
  public ClaimRecord withPods(List<PodRef> users) {
    return new ClaimRecord(
        state,
        bootId,
        claim,
        devices,
        configuration,
        users,
        preparedAt,
        cdi,
        traceContext,
        use,
        unprepareMark,
        newer);
  }

  /**
   * The same with what a newer version has written in an earlier record of the same devices;
   * without it when the devices are others.
   */
  public ClaimRecord keepingNewer(ClaimRecord earlier) {
    return earlier.newer.isEmpty() || !answer().equals(earlier.answer())
        ? this
        : new ClaimRecord(
            state,
            bootId,
            claim,
            devices,
            configuration,
            pods,
            preparedAt,
            cdi,
            traceContext,
            use,
            unprepareMark,
            earlier.newer);
  }

  /** What the kubelet was answered, in the same order. */
  public List<PreparedDevice> answer() {
    return devices.stream().map(RecordedDevice::prepared).toList();
  }
}
