package dev.acceld.agent.status.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.ClaimUsage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One prepared claim, and what it used so far; what is not known is left out.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 * @param preparedAt when it was prepared first, RFC 3339
 * @param pods the names of the pods that use it
 * @param devices its devices
 * @param heldSeconds for how long it has been prepared
 * @param firstUseSeconds of that, until a device was busy first
 * @param meanUtilizationRatio mean utilization of its devices
 * @param idleDeviceSeconds time for which its devices were idle
 * @param energyJoules energy that they took
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClaimStatus(
    String namespace,
    String name,
    String uid,
    String preparedAt,
    List<String> pods,
    List<Held> devices,
    @Nullable Double heldSeconds,
    @Nullable Double firstUseSeconds,
    @Nullable Double meanUtilizationRatio,
    @Nullable Double idleDeviceSeconds,
    @Nullable Double energyJoules) {

  /**
   * A device of it.
   *
   * @param request the request
   * @param device the device's name
   * @param adminAccess true when it may be in use elsewhere
   * @param members the names of the devices that it consists of; absent for a single device
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Held(
      String request, String device, boolean adminAccess, @Nullable List<String> members) {}

  static ClaimStatus of(PreparedClaim claim, NodeSnapshot node, Optional<ClaimUsage> usage) {
    return new ClaimStatus(
        claim.claim().namespace(),
        claim.claim().name(),
        claim.claim().uid(),
        claim.preparedAt().toString(),
        claim.pods().stream().map(PodRef::name).distinct().toList(),
        claim.devices().stream().map(d -> held(d, node)).toList(),
        usage.map(ClaimUsage::heldSeconds).orElse(null),
        usage
            .filter(u -> u.firstUseSeconds().isPresent())
            .map(u -> u.firstUseSeconds().getAsDouble())
            .orElse(null),
        usage.map(u -> Values.known(u.meanUtilization())).orElse(null),
        usage.map(u -> Values.known(u.usage().idleSeconds())).orElse(null),
        usage.map(u -> Values.known(u.usage().energyJoules())).orElse(null));
  }

  private static Held held(PreparedDevice of, NodeSnapshot node) {
    List<String> members = node.members(of.device());
    return new Held(
        of.request(), of.device(), of.adminAccess(), members.isEmpty() ? null : members);
  }
}
