package dev.acceld.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A vendor that the agent has never heard of is a package ({@code dev.acceld.probe.acme}) and a
 * line ({@code src/test/vendor}): everything works for its devices.
 */
class AddedVendorTest {
  private static final Path LINE = Path.of("src/test/vendor").toAbsolutePath();
  private static final Pattern SERVING = Pattern.compile("serving (http://[0-9.:]+)/metrics");

  private AgentStage stage;
  private Path host;
  private Process agent;

  @BeforeEach
  void begin() throws IOException {
    stage = new AgentStage();
    host = stage.dir.resolve("host");
    card("acme0", "a1", "0000:01:00.0");
    card("acme1", "b2", "0000:02:00.0");
    Path boot = host.resolve("proc/sys/kernel/random/boot_id");
    Files.createDirectories(boot.getParent());
    Files.writeString(boot, "2f9c6a35-6e23-4be5-8a29-6f2f52a80a11\n");
    agent = start();
  }

  @AfterEach
  void end() throws Exception {
    agent.destroyForcibly().waitFor();
    stage.close();
  }

  private void card(String name, String serial, String pci) throws IOException {
    Path directory = Files.createDirectories(host.resolve("sys/class/acme/" + name));
    Files.writeString(directory.resolve("serial"), serial);
    Files.writeString(directory.resolve("pci"), pci);
    Files.writeString(directory.resolve("temperature"), "51.5");
    Files.writeString(directory.resolve("state"), "ok");
  }

  private Process start() throws IOException {
    List<String> flags = new ArrayList<>(List.of("run"));
    stage
        .settings(
            "a0",
            Map.of(
                Setting.MACHINE, "",
                Setting.HOST_ROOT, host.toString(),
                Setting.REDISCOVER_INTERVAL, "1s"))
        .forEach((setting, value) -> flags.add(setting.flag() + "=" + value));
    return new ProcessBuilder(java(flags))
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .start();
  }

  private static List<String> java(List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path") + File.pathSeparator + LINE,
            "dev.acceld.agent.cli.Main"));
    command.addAll(words);
    return command;
  }

  private Path log() {
    return stage.dir.resolve("agent.log");
  }

  private String command(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--state-dir", stage.stateDir().toString()));
    Process process = new ProcessBuilder(java(all)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private String metrics() throws Exception {
    Matcher serving = SERVING.matcher(Files.readString(log()));
    assertThat(serving.find()).as(Files.readString(log())).isTrue();
    URI uri = URI.create(serving.group(1) + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private List<JsonNode> published() {
    List<JsonNode> devices = new ArrayList<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      slice.at("/spec/devices").forEach(devices::add);
    }
    return devices;
  }

  @Test
  void everythingWorksForItsDevices() throws Exception {
    stage.kubelet.awaitRegistered(AgentStage.DRIVER, AgentStage.PATIENCE);
    await().atMost(AgentStage.PATIENCE).until(() -> published().size() == 2);
    assertThat(published().getFirst().at("/attributes/serial/string").asText()).isEqualTo("a1");

    ClaimId claim = stage.claim("pod");
    PrepareAnswer answer =
        requireNonNull(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()));
    assertThat(answer.error()).isEmpty();
    try (Stream<Path> files = Files.list(stage.cdiDir())) {
      assertThat(files.map(AddedVendorTest::text))
          .anyMatch(cdi -> cdi.contains("/dev/acme") && cdi.contains("ACME_CARDS=1"));
    }

    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() ->
            assertThat(metrics().lines())
                .anyMatch(line ->
                    line.startsWith("acceld_device_temperature_celsius{")
                        && line.contains("device=\"acme-a1\"")
                        && line.endsWith(" 51.5")));
    assertThat(command("devices")).contains("acme-a1", "acme-b2");

    Files.writeString(host.resolve("sys/class/acme/acme1/state"), "broken");
    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() ->
            assertThat(published())
                .filteredOn(d -> d.path("name").asText().equals("acme-b2"))
                .singleElement()
                .satisfies(d ->
                    assertThat(d.at("/taints/0/key").asText())
                        .isEqualTo("acceld.dev/device-lost")));
    assertThat(command("doctor", "--host-root", host.toString()))
        .contains("1 of 2 Acme cards work", "replace the card");

    Files.writeString(host.resolve("sys/class/acme/acme1/state"), "ok");
    await()
        .atMost(AgentStage.PATIENCE)
        .until(() -> published().stream().allMatch(d -> d.path("taints").isEmpty()));
    assertThat(stage.kubelet.unprepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()))
        .isEmpty();
    assertThat(command("run", "--acme-class", "")).contains("--acme-class is empty");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
