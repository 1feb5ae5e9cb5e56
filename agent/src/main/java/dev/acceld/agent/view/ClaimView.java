package dev.acceld.agent.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.usage.ClaimUsageView;
import dev.acceld.usage.UsageReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prepared claim, as {@code acceld claims -o json} shows it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 * @param preparedAt when it was prepared first, RFC 3339
 * @param pods the pods that use it, as namespace/name
 * @param devices its devices
 * @param usage what it has used so far; absent while nothing is counted for it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClaimView(
    String namespace,
    String name,
    String uid,
    String preparedAt,
    List<String> pods,
    List<ClaimDevice> devices,
    @Nullable ClaimUsageView usage) {

  /**
   * One device of it.
   *
   * @param request the request's name
   * @param device the device's name
   * @param cdiIds what the container runtime is told
   */
  public record ClaimDevice(String request, String device, List<String> cdiIds) {}

  /** The view of a claim. */
  public static ClaimView of(PreparedClaim claim, UsageReport usage) {
    return new ClaimView(
        claim.claim().namespace(),
        claim.claim().name(),
        claim.claim().uid(),
        claim.preparedAt().toString(),
        claim.pods().stream().map(PodRef::path).toList(),
        claim.devices().stream().map(ClaimView::device).toList(),
        usage.claim(claim.claim().uid()).map(ClaimUsageView::of).orElse(null));
  }

  private static ClaimDevice device(PreparedDevice d) {
    return new ClaimDevice(d.request(), d.device(), d.cdiIds());
  }
}
