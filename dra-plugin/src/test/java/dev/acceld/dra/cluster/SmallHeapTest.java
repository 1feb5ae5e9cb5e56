package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large answers, whether meant or not, do not end an agent that has little memory. */
class SmallHeapTest {
  private static final int CLAIMS = 20;

  /** What a busy agent keeps besides, generously. */
  private static final int REST_MIB = 16;

  @TempDir Path dir;

  /** As large as etcd takes them: what the agent does not need of them costs it nothing. */
  @Test
  void manyLargeClaimsAtOnceFitIntoTheShippedHeap() throws Exception {
    try (FakeApiServer server = FakeApiServer.start()) {
      for (int i = 0; i < CLAIMS; i++) {
        server.addClaim("ns", "c-" + i, Map.of());
        ObjectNode claim = server.find(ApiKind.CLAIMS, "ns", "c-" + i).orElseThrow();
        ObjectNode managed = claim.withObject("metadata").withArray("managedFields").addObject();
        managed.put("manager", "m");
        for (int k = 0; k < 1_400; k++) {
          managed.withObject("fieldsV1").put("f:" + k, "x".repeat(1_000));
        }
        server.replace(ApiKind.CLAIMS, "ns", claim);
      }
      Path kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      Files.readAllLines(Path.of("../agent/src/main/dist/jvm.options").toAbsolutePath()).stream()
          .filter(line -> line.startsWith("-"))
          .forEach(command::add);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(ManyClaimsAtOnce.class.getName(), kubeconfig.toString()));
      command.addAll(List.of(String.valueOf(CLAIMS), String.valueOf(REST_MIB)));
      Path out = dir.resolve("out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(4, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(Files.readString(out)).contains("read " + CLAIMS + " beside");
      assertThat(ended).isTrue();
      assertThat(process.exitValue()).isZero();
    }
  }

  /** Whatever speaks there, it is no API server; nothing of it is kept. */
  @Test
  void anEndlessAnswerIsRefused() throws Exception {
    try (EndlessPeer peer = new EndlessPeer()) {
      Path kubeconfig = peer.writeKubeconfig(dir.resolve("kubeconfig"));
      try (ClusterApi api =
          ClusterConnection.open(Optional.of(kubeconfig), Map.of(), "t").api().orElseThrow()) {
        ClusterException e =
            catchThrowableOfType(
                ClusterException.class, () -> api.getClaim("ns", "c", Duration.ofMinutes(1)));
        assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(e.getMessage()).contains("larger than 12 MiB");
        e = catchThrowableOfType(ClusterException.class, () -> api.podUid("ns", "p"));
        assertThat(e.getMessage()).contains("larger than 12 MiB");
      }
    }
  }
}
