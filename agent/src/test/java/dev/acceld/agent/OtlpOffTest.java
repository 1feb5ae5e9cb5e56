package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.cli.Main;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.otlp.FakeCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the process of an agent loads OpenTelemetry: only when it exports. */
class OtlpOffTest {
  @TempDir Path dir;
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** The classes that an agent loads from its start, over a claim, to its end. */
  private List<String> loaded(Map<Setting, String> more, Map<String, String> env) throws Exception {
    Path classes = dir.resolve("classes");
    Path err = dir.resolve("err");
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:class+load:file=" + classes,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run"));
    stage.settings("a0", more).forEach((s, v) -> line.addAll(List.of(s.flag(), v)));
    ProcessBuilder builder = new ProcessBuilder(line).redirectError(err.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(k -> k.startsWith("ACCELD_") || k.startsWith("OTEL_") || k.equals("KUBECONFIG"));
    builder.environment().putAll(env);
    Process process = builder.start();
    try {
      await().atMost(PATIENCE).until(() -> stage.published() == 1);
      ClaimId claim = stage.claim("train");
      assertThat(stage.kubelet.prepare(List.of(claim)).values())
          .allSatisfy(a -> assertThat(a.error()).isEmpty());
      assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(Files.readString(err)).contains("stopped");
    return Files.readAllLines(classes).stream()
        .filter(l -> l.contains(" io.opentelemetry.") || l.contains(" dev.acceld.otlp."))
        .toList();
  }

  @Test
  void nothingIsLoadedWhileNobodyIsToldToExport() throws Exception {
    assertThat(loaded(Map.of(), Map.of())).isEmpty();
  }

  @Test
  void norWhenTheSdkIsDisabled() throws Exception {
    assertThat(
            loaded(
                Map.of(Setting.OTLP_ENDPOINT, "http://127.0.0.1:4318"),
                Map.of("OTEL_SDK_DISABLED", "true")))
        .isEmpty();
  }

  @Test
  void theStandardVariablesSwitchItOnAndNameEndpointServiceAndHeaders() throws Exception {
    try (FakeCollector collector = new FakeCollector()) {
      assertThat(
              loaded(
                  Map.of(),
                  Map.of(
                      "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                      "OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20token",
                      "OTEL_SERVICE_NAME", "gpus")))
          .anyMatch(l -> l.contains("OpenTelemetrySdk"));
      assertThat(collector.metrics).as("the last export is at the end").isNotEmpty();
      assertThat(collector.resource()).containsEntry("service.name", "gpus");
      assertThat(collector.headers)
          .allSatisfy(h -> assertThat(h).containsEntry("Authorization", List.of("Bearer token")));
    }
  }
}
