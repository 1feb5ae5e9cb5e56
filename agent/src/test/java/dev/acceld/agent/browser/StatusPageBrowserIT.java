package dev.acceld.agent.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status page of a whole agent as people use it: in Chromium, checked by axe-core. */
class StatusPageBrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Map<Setting, String> NODE =
      Map.of(Setting.MACHINE, "h100x8", Setting.named("nvidia-mig-on-demand"), "7");

  private static @Nullable AgentStage stage;
  private static @Nullable Chromium chromium;
  private static @Nullable AxeCore axe;
  private static int port;
  private static @Nullable Agent agent;
  private static @Nullable ClaimId partition;

  private @Nullable Tab opened;

  @BeforeAll
  static void start() throws Exception {
    chromium = Chromium.start();
    axe = AxeCore.load();
    AgentStage made = new AgentStage();
    stage = made;
    Agent first = made.ready("one", NODE);
    agent = first;
    port = first.httpAddress().getPort();
    ClaimId whole = made.claim("train-0", AgentStage.DRIVER, d -> !name(d).contains("-mig-"));
    ClaimId part = made.claim("small", AgentStage.DRIVER, d -> name(d).contains("-mig-"));
    partition = part;
    assertThat(made.kubelet.prepare(AgentStage.DRIVER, List.of(whole, part)))
        .allSatisfy((uid, answer) -> assertThat(answer.error()).isEmpty());
    made.acceld("simulate", "xid", "gpu-1", "79");
    await().atMost(PATIENCE).until(() -> !faults().isEmpty());
  }

  private static JsonNode faults() throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/faults");
    try (InputStream answer = uri.toURL().openStream()) {
      return new ObjectMapper().readTree(answer).path("faults");
    }
  }

  private static String name(JsonNode device) {
    return device.path("name").asText();
  }

  @AfterAll
  static void stop() throws Exception {
    if (chromium != null) {
      chromium.close();
    }
    if (stage != null) {
      stage.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    opened = Objects.requireNonNull(chromium).tab();
  }

  @AfterEach
  void close() throws Exception {
    tab().close();
  }

  private Tab tab() {
    return Objects.requireNonNull(opened);
  }

  private static AgentStage stage() {
    return Objects.requireNonNull(stage);
  }

  private void go(String path) throws Exception {
    tab().go("http://127.0.0.1:" + port + path);
  }

  private String text(String selector) throws Exception {
    return tab().evaluate("document.querySelector('" + selector + "').textContent").asText();
  }

  @ParameterizedTest
  @CsvSource({"1440,900", "820,1180", "390,844"})
  void everybodyCanUseEveryPage(int width, int height) throws Exception {
    for (boolean dark : List.of(false, true)) {
      tab().look(width, height, dark);
      for (String path :
          List.of(
              "/",
              "/claims",
              "/prepares",
              "/faults",
              "/faults/" + faults().path(0).path("id").asText(),
              "/devices/gpu-1",
              "/devices/gpu-7",
              "/devices/none")) {
        go(path);
        assertThat(Objects.requireNonNull(axe).violations(tab())).as(path).isEmpty();
        assertThat(tab().evaluate("document.documentElement.scrollWidth - innerWidth").asInt())
            .as("%s is wider than the window", path)
            .isLessThanOrEqualTo(0);
      }
    }
    assertThat(tab().complaints())
        .as("also what the content security policy blocks")
        .allMatch(said -> said.contains("404")); // the page of a device that there is not
  }

  @Test
  void theCheckFindsWhatIsWrong() throws Exception {
    go("/");
    tab().evaluate("document.documentElement.removeAttribute('lang')");
    assertThat(Objects.requireNonNull(axe).violations(tab()))
        .singleElement()
        .asString()
        .startsWith("html-has-lang");
  }

  @Test
  void thePageNeedsNoScript() throws Exception {
    tab().call("Emulation.setScriptExecutionDisabled", Map.of("value", true));
    go("/");
    assertThat(text("main")).contains("gpu-0", "NV18", "train-0-gpu", "reboot the node");
    assertThat(text("#live")).isEmpty();
  }

  @Test
  void anOpenPageIsKeptUpToDateAndKeepsItsFocus() throws Exception {
    go("/");
    await().atMost(PATIENCE).until(() -> text("#live").equals("Live"));
    tab().evaluate("window.same = true; document.querySelector('main a').focus()");
    String before = text("#asof");
    await().atMost(PATIENCE).until(() -> !text("#asof").equals(before));
    stage().acceld("simulate", "xid", "gpu-2", "48");
    await().atMost(PATIENCE).until(() -> text("#devices").contains("XID 48"));
    assertThat(tab().evaluate("window.same === true").asBoolean()).as("not loaded anew").isTrue();
    assertThat(tab().evaluate("document.activeElement.matches('main a')").asBoolean()).isTrue();
  }

  @Test
  void anOpenPageSaysThatItsDeviceHasVanished() throws Exception {
    String json = stage().acceld("claims", "-o", "json");
    String device = json.replaceAll("(?s).*\"(gpu-[0-9a-f]+-mig-[^\"]+)\".*", "$1");
    go("/devices/" + device);
    assertThat(text("h1")).isEqualTo(device);
    ClaimId claim = Objects.requireNonNull(partition);
    assertThat(stage().kubelet.unprepare(AgentStage.DRIVER, List.of(claim)))
        .containsEntry(claim.uid(), "");
    await().atMost(PATIENCE).until(() -> text("h1").equals("Not found"));
    assertThat(text("main")).contains("There is no device '" + device, "Back to the overview");
    assertThat(stage().kubelet.prepare(AgentStage.DRIVER, List.of(claim)))
        .hasEntrySatisfying(claim.uid(), answer -> assertThat(answer.error()).isEmpty());
    await().atMost(PATIENCE).until(() -> text("h1").equals(device));
  }

  @Test
  void anOpenPageSurvivesARestartOfTheAgent() throws Exception {
    go("/");
    await().atMost(PATIENCE).until(() -> text("#live").equals("Live"));
    Objects.requireNonNull(agent).close();
    await().atMost(PATIENCE).until(() -> text("#live").startsWith("Connection to the agent lost"));
    String before = text("#asof");
    Map<Setting, String> again = new HashMap<>(NODE);
    again.put(Setting.HTTP_ADDRESS, "127.0.0.1:" + port);
    agent = stage().start("two", again);
    await().atMost(PATIENCE).until(() -> text("#live").equals("Live"));
    await().atMost(PATIENCE).until(() -> !text("#asof").equals(before));
    await().atMost(PATIENCE).until(() -> text("#devices").contains("gpu-0"));
  }
}
