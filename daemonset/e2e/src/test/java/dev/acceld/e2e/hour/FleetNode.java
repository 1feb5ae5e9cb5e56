package dev.acceld.e2e.hour;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.agent.Agent;
import dev.acceld.agent.cli.Commands;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import dev.acceld.machine.Simulation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of the fleet: a simulated machine, a fake kubelet, and an agent that can be stopped and
 * started. Each has an API server of its own: agents never see each other's objects. One thread
 * plays, another one may {@link #scrape}.
 */
final class FleetNode implements AutoCloseable {
  static final String DRIVER = "acceld.dev";

  /** With fast time, a deadline of a second would be over in some milliseconds. */
  private static final KubeletOptions PATIENT =
      new KubeletOptions(
          KubeletOptions.likeReal().versions(),
          KubeletOptions.likeReal().healthVersions(),
          Duration.ofSeconds(1),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5));

  private final String name;
  private final Path dir;
  private final Map<Setting, String> settings;
  private final FakeApiServer api;
  private final FakeKubelet kubelet;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> published = new HashMap<>();
  private volatile @Nullable Agent agent;
  private int starts;

  FleetNode(Path root, String name, String machine, Map<Setting, String> more) throws IOException {
    this.name = name;
    this.dir = Files.createDirectory(root.resolve(name));
    api = FakeApiServer.start();
    api.addNode(name);
    settings = new TreeMap<>(more);
    settings.put(Setting.MACHINE, machine);
    settings.put(Setting.NODE_NAME, name);
    settings.put(Setting.KUBECONFIG, api.writeKubeconfig(dir.resolve("kubeconfig")).toString());
    settings.put(Setting.KUBELET_DIR, Files.createDirectory(dir.resolve("kubelet")).toString());
    settings.put(Setting.CDI_DIR, dir.resolve("cdi").toString());
    settings.put(Setting.STATE_DIR, stateDir().toString());
    settings.put(Setting.HTTP_ADDRESS, "127.0.0.1:0");
    kubelet = new FakeKubelet(dir.resolve("kubelet"), PATIENT, KubeletHooks.NONE);
    kubelet.start();
  }

  private Path stateDir() {
    return dir.resolve("state");
  }

  String name() {
    return name;
  }

  FakeApiServer api() {
    return api;
  }

  FakeKubelet kubelet() {
    return kubelet;
  }

  Simulation machine() {
    return Simulation.open(stateDir().resolve("machine"));
  }

  /** Starts an agent; comes back when nothing blocks its readiness. */
  void start() throws IOException, InterruptedException {
    Map<Setting, String> own = new TreeMap<>(settings);
    own.put(Setting.INSTANCE, "a" + starts++);
    Agent started = Agent.start(ConfigReader.read(RawSettings.of(own, Map.of(), Optional.empty())));
    while (started.conditions().stream().anyMatch(Condition::blocks)) {
      Thread.sleep(500);
    }
    agent = started;
    for (JsonNode device : new JsonMapper().readTree(acceld("simulate", "list", "-o", "json"))) {
      published.put(device.path("device").asText(), device.path("published").asText());
    }
  }

  /** Stops the agent. */
  void stop() {
    Agent running = requireNonNull(agent);
    agent = null;
    running.close();
  }

  /** The published name of a device of the machine, such as {@code gpu-3}. */
  String published(String device) {
    return requireNonNull(published.get(device), () -> "no device " + device + ": " + published);
  }

  /** The published names by the machine's names. */
  Map<String, String> published() {
    return new LinkedHashMap<>(new TreeMap<>(published));
  }

  /** Runs a command on the agent; it has to succeed. */
  String acceld(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--state-dir", stateDir().toString()));
    PrintStream out = System.out;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
    try {
      int status = Commands.run(all.toArray(String[]::new));
      if (status != 0) {
        throw new IllegalStateException(all + " ended with " + status + ": " + text);
      }
    } finally {
      System.setOut(out);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /** What the agent serves to Prometheus; empty while it does not. */
  Optional<String> scrape() throws InterruptedException {
    Agent running = agent;
    if (running == null) {
      return Optional.empty();
    }
    URI uri = URI.create("http://127.0.0.1:" + running.httpAddress().getPort() + "/metrics");
    try {
      return Optional.of(
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
    } catch (IOException e) {
      return Optional.empty(); // it is just being stopped
    }
  }

  @Override
  public void close() {
    if (agent != null) {
      stop();
    }
    kubelet.close();
    api.close();
    http.close();
  }
}
