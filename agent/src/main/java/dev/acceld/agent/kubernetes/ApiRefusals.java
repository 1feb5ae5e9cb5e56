package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.dra.cluster.http.ApiAccess;
import dev.acceld.dra.cluster.http.ApiAccess.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What readiness says when the API server refuses the agent. Without credentials nothing works, so
 * a 401 that stays makes the agent not ready: a rolling update must not replace agents that are let
 * in by some that are not (a new pod has a new token, so the update itself does not wait for this).
 * A missing right is advice here, for the old agent and the new one have the same account; what the
 * slices need is required elsewhere. A server that is starting refuses everybody for a moment.
 */
final class ApiRefusals {
  private static final Duration MOMENT = Duration.ofSeconds(20);

  private final ApiAccess access;
  private final Clock clock;

  ApiRefusals(ApiAccess access, Clock clock) {
    this.access = access;
    this.clock = clock;
  }

  /** Only while there is something to say. */
  Optional<Condition> condition() {
    Optional<Refusal> refused = access.unauthorized();
    if (refused.isPresent()) {
      boolean stays = refused.get().since().plus(MOMENT).isBefore(clock.instant());
      String sentence =
          "the API server has rejected the agent's credentials (401) since "
              + refused.get().since().truncatedTo(ChronoUnit.SECONDS)
              + ": the token or client certificate has expired or belongs to another cluster."
              + " Renew it; the agent reloads the kubeconfig and its tokenFile by itself. In a"
              + " pod, the kubelet renews the token: if the error persists, delete the pod";
      return Optional.of(
          stays
              ? Condition.required("api", false, sentence)
              : Condition.advisory("api", false, sentence));
    }
    List<Refusal> forbidden = access.forbidden();
    return forbidden.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Condition.advisory(
                "api",
                false,
                "the API server denies these requests of the agent (403): "
                    + forbidden.stream().map(Refusal::request).collect(Collectors.joining(", "))
                    + "; add these verbs to the agent's ClusterRole (the chart and"
                    + " daemonset/manifests have them), or check which admission policy denies"
                    + " them"));
  }

  /** Whether it is worth asking something, to see whether we are let in again. */
  boolean unauthorized() {
    return access.unauthorized().isPresent();
  }
}
