package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.FakeCluster.result;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.record.ClaimRecordCodec;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defaults of the class, overridden by the claim, request by request. */
class OpaqueConfigTest {
  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
  }

  private static OpaqueConfig entry(boolean fromClass, String members, String... requests) {
    return new OpaqueConfig(
        fromClass,
        List.of(requests),
        Node.DRIVER,
        "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\", \"kind\": \"GpuConfig\"" + members + "}");
  }

  private static OpaqueConfig capabilities(
      boolean fromClass, String capability, String... requests) {
    return entry(fromClass, ", \"driverCapabilities\": [\"" + capability + "\"]", requests);
  }

  private String cdi(List<Result> results, OpaqueConfig... config) throws IOException {
    ClaimRef claim = node.cluster.allocate("c", "u1", results, List.of(config));
    prepared(node.open(), claim);
    return Files.readString(node.cdiFile("u1"));
  }

  @Test
  void withoutConfigurationTheNodeDecides() throws Exception {
    assertThat(cdi(List.of(result("r", "gpu-0")))).contains("CAPABILITIES=the node's");
  }

  @Test
  void theClassSetsWhatTheClaimLeavesOpen() throws Exception {
    assertThat(
            cdi(
                List.of(result("r", "gpu-0")),
                capabilities(true, "compute", "r"),
                entry(false, "")))
        .contains("CAPABILITIES=[COMPUTE]");
  }

  @Test
  void theClaimOverridesTheClassAndTheLastOneWins() throws Exception {
    assertThat(
            cdi(
                List.of(result("r", "gpu-0")),
                capabilities(true, "compute", "r"),
                capabilities(false, "video"),
                capabilities(false, "utility", "r")))
        .contains("CAPABILITIES=[UTILITY]");
  }

  @Test
  void eachRequestHasItsOwn() throws Exception {
    String file =
        cdi(
            List.of(result("a", "gpu-0"), result("b/small", "gpu-1"), result("c", "gpu-2")),
            capabilities(false, "compute", "a"),
            capabilities(false, "video", "b/small"),
            capabilities(false, "display", "b/large"));
    assertThat(file)
        .containsSubsequence(
            "u1-request-a", "CAPABILITIES=[COMPUTE]",
            "u1-request-b", "CAPABILITIES=[VIDEO]",
            "u1-request-c", "CAPABILITIES=the node's");
  }

  @Test
  void whatWasAppliedIsRecorded() throws Exception {
    cdi(List.of(result("r", "gpu-0")), capabilities(false, "compute"));
    assertThat(ClaimRecordCodec.decode(Files.readAllBytes(node.record("u1"))).configuration())
        .containsExactly("{\"request\":\"r\",\"driverCapabilities\":[\"compute\"]}");
  }

  @Test
  void aKindForPartitionsIsNotForAWholeGpu() {
    OpaqueConfig mig =
        new OpaqueConfig(
            false,
            List.of("r"),
            Node.DRIVER,
            "{\"apiVersion\": \"resource.nvidia.com/v1beta1\", \"kind\": \"MigDeviceConfig\"}");
    ClaimRef claim = node.cluster.allocate("c", "u1", List.of(result("r", "gpu-0")), List.of(mig));
    assertThat(refused(node.open(), claim))
        .contains("MigDeviceConfig", "gpu-0", "request r", "type gpu");
    OpaqueConfig forAll = new OpaqueConfig(false, List.of(), Node.DRIVER, mig.parametersJson());
    ClaimRef other =
        node.cluster.allocate("d", "u2", List.of(result("r", "gpu-0")), List.of(forAll));
    assertThat(prepared(node.open(), other)).as("it is for the partitions among them").hasSize(1);
  }

  @Test
  void aMistakeIsNamedWithItsPlace() {
    ClaimRef claim =
        node.cluster.allocate(
            "c", "u1", List.of(result("r", "gpu-0")), List.of(capabilities(true, "grafics", "r")));
    assertThat(refused(node.open(), claim))
        .contains("of the DeviceClass for r", "$.driverCapabilities[0]", "'grafics'");
    assertThat(node.filesOfClaims()).isEmpty();
  }
}
