package dev.acceld.e2e.scenario;

import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.util.List;

/** What the scheduler gave to claims, as the API server has it. */
final class Allocations {
  private Allocations() {}

  /** The devices of a claim; none before it is allocated. */
  static List<DeviceRequestAllocationResult> of(Workspace workspace, String claim) {
    ResourceClaim found = claimNamed(workspace, claim);
    return found == null || found.getStatus() == null || found.getStatus().getAllocation() == null
        ? List.of()
        : found.getStatus().getAllocation().getDevices().getResults();
  }

  /** The name of the one device of the one claim of a pod that runs. */
  static String deviceOf(Workspace workspace, String pod) {
    return of(workspace, claimOf(workspace, pod)).getFirst().getDevice();
  }

  /** The UID of the one claim of a pod that runs. */
  static String claimUidOf(Workspace workspace, String pod) {
    return claimNamed(workspace, claimOf(workspace, pod)).getMetadata().getUid();
  }

  private static String claimOf(Workspace workspace, String pod) {
    return workspace
        .pod(pod)
        .orElseThrow()
        .getStatus()
        .getResourceClaimStatuses()
        .getFirst()
        .getResourceClaimName();
  }

  /** A claim as it is now. */
  static ResourceClaim claimNamed(Workspace workspace, String name) {
    return workspace
        .cluster()
        .client()
        .resources(ResourceClaim.class)
        .inNamespace(workspace.name())
        .withName(name)
        .get();
  }
}
