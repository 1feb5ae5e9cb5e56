package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.apiserver.FakeScheduler;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Whole agents on a node of simulated hardware, with a fake API server and kubelet. */
public final class AgentStage implements AutoCloseable {
  public static final String DRIVER = "acceld.dev";
  public static final String NODE = "node-1";
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  public final Path dir;
  public final FakeApiServer api;
  public final FakeKubelet kubelet;
  private final FakeScheduler scheduler;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  public AgentStage() throws IOException {
    // Short: a socket's path has 107 bytes at most.
    String name = "as" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    dir = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir", "/tmp"), name));
    api = FakeApiServer.start();
    open.push(api);
    api.addNode(NODE);
    scheduler = new FakeScheduler(api);
    Files.createDirectories(kubeletDir());
    kubelet =
        new FakeKubelet(
            kubeletDir(),
            KubeletOptions.quick(),
            new KubeletHooks() {
              @Override
              public void driverGone(String driver) {
                api.wipeSlices(driver, NODE);
              }
            });
    open.push(kubelet);
    kubelet.start();
  }

  public Path kubeletDir() {
    return dir.resolve("kubelet");
  }

  public Path stateDir() {
    return kubeletDir().resolve("plugins").resolve(DRIVER).resolve("state");
  }

  public Path cdiDir() {
    return dir.resolve("cdi");
  }

  /**
   * Names of the CDI files of claims. What claims share has a file of its own and stays a while.
   */
  public List<String> claimFiles() throws IOException {
    try (var files = Files.list(cdiDir())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.contains("-driver_files-") || !name.endsWith(".json"))
          .toList();
    }
  }

  /** Settings of one instance, as the chart makes them. */
  public AgentConfig config(String instance, Map<Setting, String> more) {
    return ConfigReader.read(RawSettings.of(settings(instance, more), Map.of(), Optional.empty()));
  }

  /** The same as they are written. */
  public Map<Setting, String> settings(String instance, Map<Setting, String> more) {
    Map<Setting, String> settings = new TreeMap<>();
    try {
      settings.put(Setting.KUBECONFIG, api.writeKubeconfig(dir.resolve("kubeconfig")).toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    settings.put(Setting.NODE_NAME, NODE);
    settings.put(Setting.KUBELET_DIR, kubeletDir().toString());
    settings.put(Setting.CDI_DIR, cdiDir().toString());
    settings.put(Setting.STATE_DIR, stateDir().toString());
    settings.put(Setting.HTTP_ADDRESS, "127.0.0.1:0");
    settings.put(Setting.MACHINE, "h100x1");
    settings.put(Setting.INSTANCE, instance);
    settings.putAll(more);
    settings.values().removeIf(String::isEmpty); // takes one of these away
    return settings;
  }

  public Agent start(String instance, Map<Setting, String> more) throws IOException {
    Agent agent = Agent.start(config(instance, more));
    open.push(agent);
    return agent;
  }

  /** An agent whose slices are stored. */
  public Agent ready(String instance, Map<Setting, String> more) throws IOException {
    Agent agent = start(instance, more);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> agent.conditions().stream().noneMatch(c -> c.blocks()));
    return agent;
  }

  /** A claim for one device, allocated and in use by a pod of that name. */
  public ClaimId claim(String pod) {
    return claim(pod, DRIVER);
  }

  /** The same, of another driver's devices. */
  public ClaimId claim(String pod, String driver) {
    return claim(pod, driver, d -> true);
  }

  /** The same for a device of that driver that is wanted. */
  public ClaimId claim(String pod, String driver, Predicate<JsonNode> wanted) {
    String uid = api.addClaim("default", pod + "-gpu", Map.of());
    String podUid = api.addPod("default", pod, NODE, pod + "-gpu");
    List<String> devices =
        scheduler.allocate(
            "default", pod + "-gpu", driver, 1, wanted, new PodId("default", pod, podUid));
    if (devices.isEmpty()) {
      throw new IllegalStateException("no device is free");
    }
    return new ClaimId("default", pod + "-gpu", uid);
  }

  /** What an agent serves to Prometheus, by line. */
  public static List<String> metrics(Agent agent) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + agent.httpAddress().getPort() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .toList();
    }
  }

  /** Reason and effect of each device's taints, as the API server has them. */
  public Map<String, String> taints() {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode slice : api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        List<String> each = new ArrayList<>();
        for (JsonNode taint : device.path("taints")) {
          String key = taint.path("key").asText();
          each.add(key.substring(key.indexOf('/') + 1) + " " + taint.path("effect").asText());
        }
        if (!each.isEmpty()) {
          found.put(device.path("name").asText(), String.join(", ", each));
        }
      }
    }
    return found;
  }

  /** Runs a command on the agents of this node; it has to succeed. */
  public String acceld(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--state-dir", stateDir().toString()));
    Said said = Said.by(all.toArray(String[]::new));
    assertThat(said.status()).as(said.text()).isZero();
    return said.text();
  }

  /** The devices that the API server knows of. */
  public int published() {
    return api.all(ApiKind.SLICES).stream().mapToInt(s -> s.at("/spec/devices").size()).sum();
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    try (var files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
