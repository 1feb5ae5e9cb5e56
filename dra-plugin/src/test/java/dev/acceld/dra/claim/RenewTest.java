package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.FakeCluster.result;
import static dev.acceld.dra.claim.Node.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.HostMount;
import dev.acceld.dra.claim.record.format.RecordSeal;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A prepared claim gets the driver's files of today, and keeps its names. */
class RenewTest {
  @TempDir Path dir;
  private Node node;
  private volatile String version = "580";
  private ClaimRef claim;
  private List<PreparedDevice> answer;

  @BeforeEach
  void aPreparedClaim() {
    node = new Node(dir);
    node.access = this::access;
    OpaqueConfig config =
        new OpaqueConfig(
            false,
            List.of(),
            Node.DRIVER,
            "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\", \"kind\": \"GpuConfig\","
                + " \"driverCapabilities\": [\"compute\"]}");
    claim = node.cluster.allocate("c", "u1", List.of(result("r", "gpu-0")), List.of(config));
    answer = prepared(node.open(), claim);
  }

  private ContainerAccess access(List<Device> devices, AccessOptions options)
      throws AccessRefusedException {
    if (version.isEmpty()) {
      throw new AccessRefusedException("no driver");
    }
    return new ContainerAccess(
        List.of(),
        Map.of("WANTED", options.capabilities().toString()),
        List.of(HostMount.readOnly("/lib/libcuda.so." + version, "/lib/libcuda.so")),
        List.of());
  }

  /** What a container gets: the claim's own file, and those of the devices that it shares. */
  private String cdi() throws IOException {
    StringBuilder all = new StringBuilder(Files.readString(node.cdiFile("u1")));
    for (String name : node.sharedOf(answer)) {
      all.append(Files.readString(node.sharedFile(name)));
    }
    return all.toString();
  }

  @Test
  void whenItIsAskedForAgain() throws Exception {
    assertThat(cdi()).contains("libcuda.so.580", "[COMPUTE]");
    version = "590";
    node.cluster.failure = Reason.UNREACHABLE; // the record is enough
    assertThat(prepared(node.open(), claim)).isEqualTo(answer);
    assertThat(cdi()).contains("libcuda.so.590", "[COMPUTE]").doesNotContain("580");
  }

  @Test
  void whenTheInventoryChanges() throws Exception {
    ClaimManager manager = node.open();
    version = "590";
    manager.renew();
    assertThat(cdi()).contains("libcuda.so.590");
    Files.delete(node.cdiFile("u1"));
    manager.renew();
    assertThat(cdi()).as("by the record").contains("libcuda.so.590");
  }

  @Test
  void andIsLeftAloneWhenNothingChanged() throws Exception {
    Object before = Files.getAttribute(node.record("u1"), "unix:ino");
    ClaimManager manager = node.open();
    manager.renew();
    prepared(manager, claim);
    assertThat(Files.getAttribute(node.record("u1"), "unix:ino")).isEqualTo(before);
  }

  @Test
  void andStaysWhileTheDriverOrTheDeviceIsAway() throws Exception {
    String before = cdi();
    version = "";
    ClaimManager manager = node.open();
    manager.renew();
    assertThat(prepared(manager, claim)).isEqualTo(answer);
    version = "590";
    node.inventory = Node.inventory(Set.of("gpu-0"), "gpu-0", "gpu-1");
    manager.renew();
    assertThat(cdi()).isEqualTo(before);
    node.inventory = Node.inventory(Set.of(), "gpu-0", "gpu-1");
    manager.renew();
    assertThat(cdi()).contains("590");
  }

  private void rewrite(String what, String by) throws Exception {
    String text = Files.readString(node.record("u1"));
    String object = text.substring(0, text.lastIndexOf(",\"checksum\"")) + "}";
    assertThat(object).contains(what);
    Files.write(
        node.record("u1"),
        RecordSeal.seal(object.replace(what, by).getBytes(StandardCharsets.UTF_8)));
  }

  /** This version would leave out what it does not know of. */
  @ParameterizedTest
  @CsvSource({
    "'\"state\":\"prepared\"','\"state\":\"prepared\",\"sharing\":{\"mode\":\"time\"}'",
    "'\\\"driverCapabilities\\\"','\\\"clocks\\\":1,\\\"driverCapabilities\\\"'"
  })
  void theFileOfANewerVersionIsLeftAsItIs(String what, String by) throws Exception {
    rewrite(what, by);
    String before = cdi();
    byte[] record = Files.readAllBytes(node.record("u1"));
    version = "590";
    ClaimManager manager = node.open();
    manager.renew();
    assertThat(prepared(manager, claim)).isEqualTo(answer);
    assertThat(cdi()).isEqualTo(before);
    Files.delete(node.cdiFile("u1"));
    manager.renew();
    assertThat(cdi()).as("by the record").isEqualTo(before);
    assertThat(Files.readAllBytes(node.record("u1"))).isEqualTo(record);
  }
}
