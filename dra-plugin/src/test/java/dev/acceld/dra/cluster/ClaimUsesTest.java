package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimUsesTest {
  @TempDir Path dir;
  private FakeApiServer server;
  private ClaimUses uses;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start();
    Path kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
    uses = ClaimUses.open(Optional.of(kubeconfig), Map.of(), "1").orElseThrow();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void claim(String namespace, String name, String driver, String reservedFor)
      throws IOException {
    server.addClaim(namespace, name, Map.of());
    ObjectNode claim = server.find(ApiKind.CLAIMS, namespace, name).orElseThrow();
    claim.set(
        "status",
        new ObjectMapper()
            .readTree(
                """
                {"allocation":{"devices":{"results":[
                  {"request":"r","driver":"%s","pool":"n","device":"gpu-1"}]}},
                 "reservedFor":[%s]}
                """
                    .formatted(driver, reservedFor)));
    server.replace(ApiKind.CLAIMS, namespace, claim);
  }

  @Test
  void onlyOwnDevicesInUseCount() throws Exception {
    claim("a", "used", "acceld.dev", "{\"resource\":\"pods\",\"name\":\"p\",\"uid\":\"u\"}");
    claim("a", "others", "gpu.example.com", "{\"resource\":\"pods\",\"name\":\"q\"}");
    claim("b", "idle", "acceld.dev", "");
    server.addClaim("b", "pending", Map.of());
    claim(
        "b",
        "group",
        "acceld.dev",
        "{\"apiGroup\":\"scheduling.k8s.io\",\"resource\":\"podgroups\",\"name\":\"g\"}");

    assertThat(uses.of("acceld.dev"))
        .containsExactlyInAnyOrder(
            new ClaimUses.Use("a", "used", List.of("p")),
            new ClaimUses.Use("b", "group", List.of("podgroups/g")));
  }

  @Test
  void allPagesAreRead() throws Exception {
    for (int i = 0; i < 1100; i++) {
      server.addClaim("ns", "c" + i, Map.of());
    }
    claim("zz", "last", "acceld.dev", "{\"resource\":\"pods\",\"name\":\"p\"}");

    assertThat(uses.of("acceld.dev"))
        .containsExactly(new ClaimUses.Use("zz", "last", List.of("p")));
    assertThat(server.requests().all()).hasSize(3);
  }

  @Test
  void aMissingRightIsNamed() {
    server.faults().forbid("list", "resourceclaims");

    assertThatThrownBy(() -> uses.of("acceld.dev"))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("needs verb list on resourceclaims");
  }
}
