package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.kubelet.KubeletPlugin;
import dev.acceld.dra.kubelet.RegistrationStatus;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What readiness says of the Kubernetes side. Every answer is one that somebody else keeps up to
 * date: nothing here waits for the disk, the kubelet or the API server.
 */
record KubernetesReadiness(
    KubeletPlugin plugin,
    PluginStarter starter,
    SliceState slices,
    HostLooks host,
    ClaimManager claims,
    DevicePluginConflicts devicePlugins,
    DriverConflicts drivers,
    ApiRefusals refusals) {
  private static final Duration KUBELET_MAY_BE_AWAY = Duration.ofSeconds(5);

  List<Condition> conditions() {
    List<Condition> all = new ArrayList<>(List.of(kubelet(), sockets()));
    all.addAll(slices.conditions());
    all.add(host.cdi());
    host.otherClaims().ifPresent(all::add);
    List<String> troubles = claims.troubles();
    all.add(
        Condition.advisory(
            "claims",
            troubles.isEmpty(),
            troubles.isEmpty() ? "in order" : String.join("; ", troubles)));
    if (claims.logs().wanted()) {
      Optional<String> trouble = claims.logs().trouble();
      all.add(Condition.advisory("claim-logs", trouble.isEmpty(), trouble.orElse("in order")));
    }
    devicePlugins.condition().ifPresent(all::add);
    drivers.condition().ifPresent(all::add);
    refusals.condition().ifPresent(all::add);
    return all;
  }

  private Condition kubelet() {
    RegistrationStatus status = plugin.registration();
    if (starter.isLeaving()) {
      return Condition.required("kubelet", false, "this process is shutting down");
    }
    return switch (status.state()) {
      case REGISTERED -> {
        boolean away = plugin.kubeletAway(KUBELET_MAY_BE_AWAY);
        yield Condition.required(
            "kubelet",
            !away,
            away
                ? "the kubelet registered the driver at "
                    + status.since().truncatedTo(ChronoUnit.SECONDS)
                    + " and is no longer connected; check that it is running"
                : "registered");
      }
      case REFUSED -> Condition.required("kubelet", false, status.refusal());
      case WAITING -> Condition.required("kubelet", false, starter.whyWaiting());
    };
  }

  private Condition sockets() {
    Optional<String> trouble = plugin.problem().or(plugin::unknown);
    return Condition.required("sockets", trouble.isEmpty(), trouble.orElse("in order"));
  }
}
