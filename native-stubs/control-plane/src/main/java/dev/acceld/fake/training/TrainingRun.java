package dev.acceld.fake.training;

import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.apiserver.FakeScheduler;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One agent in a process of its own, from its start to SIGTERM: it registers, publishes, is
 * scraped, and prepares and unprepares claims one after the other. Not safe for several threads.
 */
public final class TrainingRun {
  private static final String DRIVER = "acceld.dev";
  private static final String NODE = "training";
  private static final String NAMESPACE = "default";
  private static final int CLAIMS = 8;
  private static final int VISITS = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path dir;
  private final FakeApiServer api;
  private final FakeKubelet kubelet;

  private TrainingRun(Path dir, FakeApiServer api, FakeKubelet kubelet) {
    this.dir = dir;
    this.api = api;
    this.kubelet = kubelet;
  }

  /**
   * The command line is that of the agent, and after {@code --} that of a {@link #play visitor};
   * the exit status 1 and the agent's log when it fails.
   */
  public static void main(String[] words) throws InterruptedException {
    List<String> all = List.of(words);
    int end = all.contains("--") ? all.indexOf("--") : all.size();
    try {
      play(all.subList(0, end), all.subList(Math.min(end + 1, all.size()), all.size()));
    } catch (IOException e) {
      System.err.println("training: " + e.getMessage());
      throw new UncheckedIOException(e);
    }
  }

  /** Without a visitor. */
  public static void play(List<String> command) throws IOException, InterruptedException {
    play(command, List.of());
  }

  /**
   * Plays it to its end.
   *
   * @param command starts the agent on some simulated machine; the flags that tell it of the
   *     cluster, and of directories that are removed afterwards, are added
   * @param visitor shows what the agent has, once it has prepared claims; {@code --state-dir} is
   *     added. It has no terminal, so that {@code top} ends when it has drawn its first frame.
   *     Empty for none
   * @throws IOException the agent does not do what it should; with its log
   */
  public static void play(List<String> command, List<String> visitor)
      throws IOException, InterruptedException {
    Path dir = Files.createTempDirectory("acceld-"); // short, for the paths of sockets in it
    try (FakeApiServer api = FakeApiServer.start();
        FakeKubelet kubelet =
            new FakeKubelet(
                Files.createDirectory(dir.resolve("kubelet")),
                KubeletOptions.quick(),
                KubeletHooks.NONE)) {
      api.addNode(NODE);
      kubelet.start();
      new TrainingRun(dir, api, kubelet).start(command, visitor);
    } finally {
      remove(dir);
    }
  }

  private void start(List<String> command, List<String> visitor)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> words = new ArrayList<>(command);
    words.addAll(
        List.of(
            "--node-name=" + NODE,
            "--kubeconfig=" + api.writeKubeconfig(dir.resolve("kubeconfig")),
            "--kubelet-dir=" + dir.resolve("kubelet"),
            "--cdi-dir=" + dir.resolve("cdi"),
            "--state-dir=" + dir.resolve("state"),
            "--http-address=127.0.0.1:" + port));
    Path log = dir.resolve("agent.log");
    Process agent =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      use(agent, "http://127.0.0.1:" + port);
      if (!visitor.isEmpty()) {
        visit(visitor);
      }
      agent.destroy();
      if (!agent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the agent does not end after SIGTERM");
      }
    } catch (IOException | TimeoutException | RuntimeException e) {
      throw new IOException(e.getMessage() + "; the agent's log:\n" + Files.readString(log), e);
    } finally {
      agent.destroyForcibly();
    }
  }

  private void use(Process agent, String http)
      throws IOException, TimeoutException, InterruptedException {
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (api.all(ApiKind.SLICES).isEmpty()) {
      if (!agent.isAlive() || System.nanoTime() > end) {
        throw new IOException("the agent publishes no ResourceSlice");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    FakeScheduler scheduler = new FakeScheduler(api);
    for (int i = 0; i < CLAIMS; i++) {
      claim(scheduler, "training-" + i);
      read(http + "/metrics");
      read(http + "/readyz");
    }
  }

  private void visit(List<String> visitor) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(visitor);
    words.add("--state-dir=" + dir.resolve("state"));
    Path log = dir.resolve("visitor.log");
    for (int left = VISITS; left > 0; left--) { // on a busy machine it may give up waiting
      ProcessBuilder builder =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().put("TERM", "xterm-256color");
      Process process = builder.start();
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly();
      if (ended && Files.readString(log).contains("gpu-")) {
        return;
      }
    }
    throw new IOException(
        String.join(" ", words) + " does not show the devices: " + Files.readString(log));
  }

  private void claim(FakeScheduler scheduler, String name) throws IOException {
    ClaimId claim = new ClaimId(NAMESPACE, name, api.addClaim(NAMESPACE, name, Map.of()));
    PodId pod = new PodId(NAMESPACE, name, api.addPod(NAMESPACE, name, NODE, name));
    if (scheduler.allocate(NAMESPACE, name, DRIVER, 1, device -> true, pod).isEmpty()) {
      throw new IOException("no device is free for claim " + name);
    }
    for (PrepareAnswer answer : kubelet.startPod(DRIVER, pod, List.of(claim)).values()) {
      check(answer.error());
    }
    for (String error : kubelet.stopPod(DRIVER, pod).values()) {
      check(error);
    }
    scheduler.free(NAMESPACE, name);
    api.delete(ApiKind.PODS, NAMESPACE, name);
    api.delete(ApiKind.CLAIMS, NAMESPACE, name);
  }

  private static void check(String error) throws IOException {
    if (!error.isEmpty()) {
      throw new IOException("the agent refuses a claim: " + error);
    }
  }

  private static void read(String url) throws IOException {
    try (InputStream in = URI.create(url).toURL().openStream()) {
      in.readAllBytes();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static void remove(Path dir) throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
