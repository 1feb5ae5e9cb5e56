package dev.acceld.telemetry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.DeviceName;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What arrives on standard error. */
class LogLinesTest {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger("dev.acceld.test.LogLines");
  private static final ClaimRef CLAIM = new ClaimRef("team-a", "train", "uid-1");

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
    LogSetup.configure(LogFormat.TEXT, "info");
  }

  @Test
  void theSetupInCodeIsTheOneThatLogbackFound() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    assertThat(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("stderr"))
        .isNotNull();
    assertThat(context.getLogger("io.netty.bootstrap").getLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void librariesThatLogByTheJdkComeInTheSameFormat() throws IOException {
    LogSetup.configure(LogFormat.JSON, "info");
    java.util.logging.Logger.getLogger("io.grpc.Test").warning("a stream broke");
    JsonNode line = new ObjectMapper().readTree(lines().getFirst());
    assertThat(lines()).hasSize(1);
    assertThat(line.path("level").asText()).isEqualTo("warn");
    assertThat(line.path("message").asText()).isEqualTo("a stream broke");
  }

  @Test
  void textTellsWhatALineIsAbout() {
    LogSetup.configure(LogFormat.TEXT, "info");
    try (LogContext about = LogContext.claim(CLAIM).pod(new PodRef("team-a", "p-0", ""))) {
      log.info("prepared {} devices", 2);
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  LogLines: .*")
        .contains("LogLines: prepared 2 devices ")
        .contains("claim=team-a/train", "claim_uid=uid-1", "pod=team-a/p-0");
  }

  @Test
  void jsonIsOneObjectALineWhateverTheMessageHolds() throws IOException {
    LogSetup.configure(LogFormat.JSON, "info");
    try (LogContext about = LogContext.device(new DeviceName("gpu-3"))) {
      log.warn("\"quoted\"\nsecond line \u0001", new IllegalStateException("because"));
    }
    assertThat(lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines().getFirst());
    assertThat(Instant.parse(line.at("/time").textValue())).isBefore(Instant.now().plusSeconds(1));
    assertThat(line.at("/level").textValue()).isEqualTo("warn");
    assertThat(line.at("/logger").textValue()).isEqualTo("dev.acceld.test.LogLines");
    assertThat(line.at("/message").textValue()).isEqualTo("\"quoted\"\nsecond line \u0001");
    assertThat(line.at("/device").textValue()).isEqualTo("gpu-3");
    assertThat(line.at("/exception").textValue())
        .contains("IllegalStateException: because", "LogLinesTest");
  }

  @Test
  void noTextFromOutsideBeginsALineOrControlsTheTerminal() throws IOException {
    String forged = "x\n2026-11-28T00:00:00.000Z INFO  Preparer: forged\r\u001b[2J\u009b31m\u2028y";
    IllegalStateException thrown =
        new IllegalStateException(forged, new IllegalArgumentException(forged));
    thrown.addSuppressed(new IOException(forged));
    for (LogFormat format : LogFormat.values()) {
      err.reset();
      LogSetup.configure(format, "info");
      MDC.put("tenant", forged);
      log.warn("claim {} failed", forged, thrown);
      MDC.remove("tenant");

      assertThat(lines())
          .allMatch(line -> !line.startsWith("2026-11-28T00:00:00.000Z"))
          .noneMatch(line -> line.chars().anyMatch(c -> c != '\t' && Character.isISOControl(c)));
      assertThat(lines().stream().filter(line -> !line.matches("\t.*|(java|Caused).*"))).hasSize(1);
      String all = err.toString(StandardCharsets.UTF_8);
      assertThat(all.split("forged", -1)).hasSize(6);
      assertThat(all)
          .contains("IllegalStateException: x\\", "Caused by: java.lang.IllegalArgument");
    }
    JsonNode line = new ObjectMapper().readTree(lines().getFirst());
    assertThat(line.at("/message").textValue()).isEqualTo("claim " + forged + " failed");
    assertThat(line.at("/tenant").textValue()).isEqualTo(forged);
    assertThat(line.at("/exception").textValue()).contains("Suppressed: java.io.IOException: x\\n");
  }

  @Test
  void debugIsForOurOwnLines() {
    LogSetup.configure(LogFormat.TEXT, "debug");
    log.debug("own");
    LoggerFactory.getLogger("io.netty.channel").debug("foreign");
    assertThat(lines()).singleElement().asString().contains("DEBUG LogLines: own");
  }

  @Test
  void warnIsForAll() {
    LogSetup.configure(LogFormat.TEXT, "WARN");
    log.info("own");
    LoggerFactory.getLogger("io.grpc").info("foreign");
    assertThat(lines()).isEmpty();
  }

  @Test
  void contextsNestAndEnd() {
    ClaimRef inner = new ClaimRef("team-b", "other", "uid-2");
    try (LogContext outside = LogContext.claim(CLAIM)) {
      try (LogContext inside = LogContext.claim(inner)) {
        assertThat(MDC.get(LogContext.CLAIM)).isEqualTo("team-b/other");
      }
      assertThat(MDC.get(LogContext.CLAIM)).isEqualTo("team-a/train");
      assertThat(MDC.get(LogContext.CLAIM_UID)).isEqualTo("uid-1");
    }
    assertThat(MDC.get(LogContext.CLAIM)).isNull();
  }

  @Test
  void mistakesAreNamedWithTheChoices() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogSetup.configure(LogFormat.TEXT, "loud"))
        .withMessageContaining("'loud'")
        .withMessageContaining("debug");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogFormat.parse("xml"))
        .withMessageContaining("'xml'")
        .withMessageContaining("text or json");
    assertThat(LogFormat.parse("Json")).isEqualTo(LogFormat.JSON);
  }

  private List<String> lines() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
