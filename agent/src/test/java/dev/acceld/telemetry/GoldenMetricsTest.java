package dev.acceld.telemetry;

import static dev.acceld.telemetry.SmallMachine.CLAIM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.kubelet.KubeletPluginObserver.Call;
import dev.acceld.startup.StartupPhase;
import dev.acceld.telemetry.meters.ClaimMeters;
import dev.acceld.telemetry.meters.KubeletMeters;
import dev.acceld.telemetry.text.Exposition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The whole of {@code /metrics} for a small fixed machine, compared line by line with a file that
 * is reviewed like code. To write it anew: {@code -Dgolden.write=true}.
 */
class GoldenMetricsTest {
  private static final Path DIR = Path.of("src/test/resources/dev/acceld/telemetry");

  @Test
  void textFormat() throws IOException {
    try (Telemetry telemetry = busy()) {
      compare("small-machine.prom", telemetry.scrape(null));
    }
  }

  @Test
  void openMetrics() throws IOException {
    try (Telemetry telemetry = busy()) {
      compare(
          "small-machine.openmetrics",
          telemetry.scrape("application/openmetrics-text;version=1.0.0"));
    }
  }

  private static Telemetry busy() {
    Telemetry telemetry = SmallMachine.telemetry();
    new SmallMachine().bind(telemetry);
    ClaimMeters claims = telemetry.claims();
    claims.ended(CLAIM, Operation.PREPARE, Phase.GET, 3_000_000, true);
    claims.ended(CLAIM, Operation.PREPARE, Phase.TOTAL, 8_000_000, true);
    claims.ended(CLAIM, Operation.PREPARE, Phase.TOTAL, 30_000_000_000L, false);
    claims.ended(CLAIM, Operation.UNPREPARE, Phase.TOTAL, 1_000_000, true);
    claims.damaged("uid-9");
    telemetry.slices().wrote("create", "ok");
    telemetry.slices().inSync(3, 1, 1);
    telemetry.slices().firstStored(Duration.ofMillis(120));
    telemetry.kubelet().registered(KubeletMeters.DRA_PLUGIN, () -> true);
    telemetry.kubelet().answered(Call.PREPARE, 1, 0, Duration.ofMillis(9), false);
    telemetry.startups().begin(() -> Duration.ofSeconds(75));
    telemetry.startups().record(StartupPhase.PREPARE, Duration.ofMillis(8));
    telemetry.api().request("get", "resourceclaims", "ok", 2_000_000);
    return telemetry;
  }

  private static void compare(String file, Exposition actual) throws IOException {
    String text = new String(actual.body(), StandardCharsets.UTF_8);
    Path golden = DIR.resolve(file);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, text);
    }
    assertThat(text.lines()).containsExactlyElementsOf(Files.readAllLines(golden));
  }
}
