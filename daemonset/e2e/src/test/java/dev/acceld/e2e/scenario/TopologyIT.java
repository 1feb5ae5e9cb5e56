package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is published of a GPU's place lets claims ask for neighbours. */
@RealCluster
@Tag("main")
class TopologyIT {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String PCIE_ROOT = "resource.kubernetes.io/pcieRoot";

  @Test
  void fourGpusOfOneFabricClique(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "gb200x4"));
    workspace.apply(
        claim(
            "four",
            """
            requests:
              - name: gpus
                exactly: {deviceClassName: gpu.acceld.dev, count: 4}
            constraints:
              - matchAttribute: acceld.dev/fabricClique
            """));
    workspace.apply(ClaimPod.ofClaim("four"));
    workspace.awaitPhase("four", "Running", SOON);
    Set<String> given =
        Allocations.of(workspace, "four").stream()
            .map(DeviceRequestAllocationResult::getDevice)
            .collect(Collectors.toSet());
    assertThat(given).hasSize(4);
    assertThat(devices(acceld).stream().filter(d -> given.contains(d.getName())))
        .extracting(TopologyIT::clique)
        .hasSize(4)
        .doesNotContainNull()
        .containsOnly(clique(devices(acceld).getFirst()));
  }

  private static String clique(Device device) {
    return device.getAttributes().get("fabricClique").getString();
  }

  /** The other driver has no plugin here, so its devices are allocated and never prepared. */
  @Test
  void aGpuBesideANetworkCardOfAnotherDriver(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    Device wanted = devices(acceld).get(5);
    String root = rootOf(wanted);
    assertThat(devices(acceld).stream().filter(d -> root.equals(rootOf(d)))).hasSize(1);
    String node = acceld.slices().getFirst().getSpec().getNodeName();
    Resource<?> slice = cluster.client().resource(nicSlice(node, root));
    Resource<?> type = cluster.client().resource(NIC_CLASS);
    slice.create();
    type.create();
    try {
      workspace.apply(
          claim(
              "pair",
              """
              requests:
                - name: gpu
                  exactly: {deviceClassName: gpu.acceld.dev}
                - name: nic
                  exactly: {deviceClassName: nic.example.com}
              constraints:
                - matchAttribute: %s
              """
                  .formatted(PCIE_ROOT)));
      workspace.apply(ClaimPod.ofClaim("pair"));
      Await.until(
          "an allocation",
          SOON,
          () -> Allocations.of(workspace, "pair").size() == 2,
          workspace::describe);
      assertThat(Allocations.of(workspace, "pair"))
          .extracting(DeviceRequestAllocationResult::getDevice)
          .containsExactlyInAnyOrder(wanted.getName(), "nic-0");
      workspace.deletePod("pair");
      workspace.awaitGone("pair", SOON);
    } finally {
      slice.delete();
      type.delete();
    }
  }

  private static List<Device> devices(Acceld acceld) {
    return acceld.slices().stream().flatMap(s -> s.getSpec().getDevices().stream()).toList();
  }

  private static String rootOf(Device device) {
    return device.getAttributes().get(PCIE_ROOT).getString();
  }

  private static String claim(String name, String devices) {
    return """
    apiVersion: resource.k8s.io/v1
    kind: ResourceClaim
    metadata: {name: %s}
    spec:
      devices:
    %s\
    """
        .formatted(name, devices.indent(4));
  }

  private static String nicSlice(String node, String root) {
    return """
    apiVersion: resource.k8s.io/v1
    kind: ResourceSlice
    metadata: {name: nic-of-another}
    spec:
      driver: nic.example.com
      nodeName: %1$s
      pool: {name: %1$s, generation: 1, resourceSliceCount: 1}
      devices:
        - name: nic-0
          attributes:
            %2$s: {string: "%3$s"}
    """
        .formatted(node, PCIE_ROOT, root);
  }

  private static final String NIC_CLASS =
      """
      apiVersion: resource.k8s.io/v1
      kind: DeviceClass
      metadata: {name: nic.example.com}
      spec:
        selectors:
          - cel: {expression: device.driver == "nic.example.com"}
      """;
}
