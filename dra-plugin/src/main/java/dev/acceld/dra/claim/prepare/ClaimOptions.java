package dev.acceld.dra.claim.prepare;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.fetch.PodFetcher;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.dra.config.ConfigDecoder;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a claim wants its devices handed out: its opaque configuration, and what follows from its pod
 * where the configuration leaves that to the pod. The pod is read only then.
 */
public final class ClaimOptions {
  private static final int MOST_NAMED = 3;

  private final String driver;
  private final ConfigDecoder configs;
  private final AccessPlanner access;
  private final PodFetcher pods;

  /**
   * Reads nothing yet.
   *
   * @param driver whose configuration counts
   */
  public ClaimOptions(String driver, AccessPlanner access, PodFetcher pods) {
    this.driver = driver;
    this.configs = new ConfigDecoder(access.configKinds());
    this.access = access;
    this.pods = pods;
  }

  /**
   * The configuration of this driver's results.
   *
   * @throws ClaimRefusedException when an entry is wrong
   */
  ResolvedConfig config(Allocation allocation, List<Result> own) throws ClaimRefusedException {
    return ResolvedConfig.read(configs, driver, allocation.config(), own);
  }

  /**
   * What a configuration says of each request, by main request, complete with what only the pod
   * tells; a request of which nothing is said is left out.
   *
   * @param deadline for the pod, in {@link System#nanoTime}
   * @throws ClaimRefusedException when it cannot be had for these devices or this pod
   */
  Map<String, AccessOptions> of(
      ResourceClaim claim,
      ResolvedConfig config,
      List<AllocatedDevice> devices,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, InterruptedException {
    Map<String, AccessOptions> options = config.options(devices);
    if (options.values().stream().allMatch(o -> o.pod().isEmpty())) {
      return options; // the usual case
    }
    PodRef pod = onlyPod(claim, options);
    Optional<PodFacts> facts = Optional.empty();
    Map<String, AccessOptions> complete = new LinkedHashMap<>();
    for (Map.Entry<String, AccessOptions> request : options.entrySet()) {
      AccessOptions wanted = request.getValue();
      if (wanted.pod().filter(p -> !p.complete()).isPresent()) {
        if (facts.isEmpty()) {
          facts = Optional.of(pods.fetch(pod, attempt::check, deadline));
        }
        wanted = completed(of(devices, request.getKey()), wanted, facts.get());
      }
      complete.put(request.getKey(), wanted);
    }
    return complete;
  }

  private AccessOptions completed(List<Device> devices, AccessOptions wanted, PodFacts pod)
      throws ClaimRefusedException {
    try {
      return access.complete(devices, wanted, pod);
    } catch (AccessRefusedException e) {
      throw new ClaimRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<Device> of(List<AllocatedDevice> devices, String request) {
    return devices.stream()
        .filter(a -> a.result().mainRequest().equals(request))
        .map(AllocatedDevice::device)
        .toList();
  }

  private static PodRef onlyPod(ResourceClaim claim, Map<String, AccessOptions> options)
      throws ClaimRefusedException {
    if (claim.pods().size() == 1) {
      return claim.pods().getFirst();
    }
    String kinds =
        options.values().stream()
            .flatMap(o -> o.pod().stream())
            .map(pod -> pod.kind())
            .distinct()
            .collect(Collectors.joining(", "));
    throw new ClaimRefusedException(
        kinds
            + " of claim "
            + claim.ref().path()
            + " is for one pod alone, but the claim is reserved for "
            + named(claim.pods())
            + "; use a ResourceClaimTemplate, so that each pod has a claim of its own");
  }

  /** A claim can have 256: the remedy comes after their names, and must be in the event. */
  private static String named(List<PodRef> pods) {
    int more = pods.size() - MOST_NAMED;
    String first =
        pods.stream().limit(MOST_NAMED).map(PodRef::path).collect(Collectors.joining(", "));
    return pods.isEmpty() ? "no pod" : first + (more > 0 ? " and " + more + " more" : "");
  }
}
