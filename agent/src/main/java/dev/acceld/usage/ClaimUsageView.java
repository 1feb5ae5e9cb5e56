package dev.acceld.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * {@link ClaimUsage} as JSON has it, on disk and in answers: what is not known is left out.
 *
 * @param namespace of the claim
 * @param name of the claim
 * @param uid of the claim
 * @param devices as there
 * @param pods the pods known to use it
 * @param preparedAt RFC 3339
 * @param endedAt RFC 3339
 * @param heldSeconds as there
 * @param firstUseSeconds as there
 * @param usage as there
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClaimUsageView(
    String namespace,
    String name,
    String uid,
    List<String> devices,
    List<Pod> pods,
    String preparedAt,
    @Nullable String endedAt,
    double heldSeconds,
    @Nullable Double firstUseSeconds,
    UsageView usage) {

  /**
   * A pod that uses or used it.
   *
   * @param name in the claim's namespace
   * @param uid empty where it is not known
   */
  public record Pod(String name, String uid) {}

  /** The view of it. */
  public static ClaimUsageView of(ClaimUsage claim) {
    return new ClaimUsageView(
        claim.claim().namespace(),
        claim.claim().name(),
        claim.claim().uid(),
        claim.devices(),
        claim.pods().stream().map(pod -> new Pod(pod.name(), pod.uid())).toList(),
        claim.preparedAt().toString(),
        claim.endedAt().map(Instant::toString).orElse(null),
        claim.heldSeconds(),
        claim.firstUseSeconds().isPresent() ? claim.firstUseSeconds().getAsDouble() : null,
        UsageView.of(claim.usage()));
  }

  /**
   * What it is the view of.
   *
   * @throws RuntimeException when it is no view that {@link #of} has made
   */
  ClaimUsage claimUsage() {
    return new ClaimUsage(
        new ClaimRef(namespace, name, uid),
        devices,
        pods.stream().map(pod -> new PodRef(namespace, pod.name(), pod.uid())).toList(),
        Instant.parse(preparedAt),
        heldSeconds,
        firstUseSeconds == null ? OptionalDouble.empty() : OptionalDouble.of(firstUseSeconds),
        usage.usage(),
        Optional.ofNullable(endedAt).map(Instant::parse));
  }
}
