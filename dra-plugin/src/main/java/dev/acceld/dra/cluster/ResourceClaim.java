package dev.acceld.dra.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the plugin reads of a ResourceClaim ({@code resource.k8s.io/v1}).
 *
 * @param ref namespace, name, UID
 * @param template the pod's own name for the claim when it was made from a template (annotation
 *     {@code resource.kubernetes.io/pod-claim-name})
 * @param allocation what the scheduler gave it; empty while nothing is allocated
 * @param pods the pods in {@code status.reservedFor}; other consumers are left out
 * @param annotations its annotations
 */
public record ResourceClaim(
    ClaimRef ref,
    Optional<String> template,
    Optional<Allocation> allocation,
    List<PodRef> pods,
    Map<String, String> annotations) {

  /** Takes copies. */
  public ResourceClaim {
    pods = List.copyOf(pods);
    annotations = Map.copyOf(annotations);
  }

  /**
   * {@code status.allocation.devices}.
   *
   * @param results of all drivers, in the API's order
   * @param config opaque configuration of all drivers, in the API's order: classes first, a later
   *     one wins
   */
  public record Allocation(List<Result> results, List<OpaqueConfig> config) {

    /** Takes copies. */
    public Allocation {
      results = List.copyOf(results);
      config = List.copyOf(config);
    }
  }

  /**
   * One allocated device.
   *
   * @param request {@code main} or {@code main/sub}
   * @param driver the driver's name
   * @param pool the pool's name
   * @param device the device's name
   * @param adminAccess true when the device may be in use elsewhere
   * @param shareId the share of a device that is given out more than once
   * @param tolerations the taints that the request tolerates
   */
  public record Result(
      String request,
      String driver,
      String pool,
      String device,
      boolean adminAccess,
      Optional<String> shareId,
      List<Toleration> tolerations) {

    /** Takes a copy. */
    public Result {
      tolerations = List.copyOf(tolerations);
    }

    /** Of a request that tolerates no taint. */
    public Result(
        String request,
        String driver,
        String pool,
        String device,
        boolean adminAccess,
        Optional<String> shareId) {
      this(request, driver, pool, device, adminAccess, shareId, List.of());
    }

    /** The name by which a container refers to the request: {@code main} of {@code main/sub}. */
    public String mainRequest() {
      int slash = request.indexOf('/');
      return slash < 0 ? request : request.substring(0, slash);
    }
  }

  /**
   * Taints that a request puts up with ({@code DeviceToleration}).
   *
   * @param key empty for every key, with {@code Exists}
   * @param exists true for {@code Exists}, false for {@code Equal}, which is the default
   * @param value what {@code Equal} compares
   * @param effect empty for every effect
   */
  public record Toleration(String key, boolean exists, String value, String effect) {

    /** Whether it covers a taint. */
    public boolean tolerates(String taintKey, String taintValue, String taintEffect) {
      return (key.isEmpty() ? exists : key.equals(taintKey))
          && (exists || value.equals(taintValue))
          && (effect.isEmpty() || effect.equals(taintEffect));
    }
  }

  /**
   * One entry of opaque configuration.
   *
   * @param fromClass true when an admin wrote it (in the DeviceClass), false for the claim's author
   * @param requests the requests it is meant for ({@code main} or {@code main/sub}); empty means
   *     all
   * @param driver the driver it is meant for
   * @param parametersJson the parameters as JSON text
   */
  public record OpaqueConfig(
      boolean fromClass, List<String> requests, String driver, String parametersJson) {

    /** Takes a copy. */
    public OpaqueConfig {
      requests = List.copyOf(requests);
    }
  }
}
