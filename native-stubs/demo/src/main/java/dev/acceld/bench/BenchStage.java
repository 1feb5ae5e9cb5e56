package dev.acceld.bench;

import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What every benchmark needs around the agent: directories, an API server, a kubelet. */
final class BenchStage implements AutoCloseable {
  static final String DRIVER = "acceld.dev";

  private final Path dir;
  private final Scratch scratch;
  private final Scratch cdi;
  private final String node;
  private final Optional<FakeApiServer> fake;
  private final Path kubeconfig;
  private final FakeKubelet kubelet;
  private final int port;

  /** On the API server of a kubeconfig, as that node, or else on a fake one. */
  BenchStage(Optional<String> realKubeconfig, String node) throws IOException {
    this.node = node;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    scratch = Scratch.create();
    dir = scratch.dir();
    cdi = Scratch.inMemory(); // as /var/run is on a node
    if (realKubeconfig.isPresent()) {
      fake = Optional.empty();
      kubeconfig = Path.of(realKubeconfig.get());
    } else {
      FakeApiServer api = FakeApiServer.start();
      api.addNode(node);
      fake = Optional.of(api);
      kubeconfig = api.writeKubeconfig(dir.resolve("kubeconfig"));
    }
    kubelet =
        new FakeKubelet(
            Files.createDirectories(dir.resolve("kubelet")),
            KubeletOptions.quick(),
            KubeletHooks.NONE);
    kubelet.start();
  }

  Path dir() {
    return dir;
  }

  String metricsUrl() {
    return "http://127.0.0.1:" + port + "/metrics";
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  Optional<FakeApiServer> fake() {
    return fake;
  }

  FakeKubelet kubelet() {
    return kubelet;
  }

  /** The directory in which the registration socket appears. */
  Path registry() {
    return dir.resolve("kubelet/plugins_registry");
  }

  /** Starts an agent on eight simulated GPUs. */
  AgentProcess agent() throws IOException {
    return agent(List.of());
  }

  /** The same with more arguments. */
  AgentProcess agent(List<String> more) throws IOException {
    return agent("h100x8", more);
  }

  /** Starts an agent on a simulated machine. */
  AgentProcess agent(String machine, List<String> more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--machine",
                machine,
                "--node-name",
                node,
                "--kubeconfig",
                kubeconfig.toString(),
                "--kubelet-dir",
                dir.resolve("kubelet").toString(),
                "--cdi-dir",
                cdi.dir().toString(),
                "--state-dir",
                dir.resolve("state").toString(),
                "--http-address",
                "127.0.0.1:" + port,
                "--log-level",
                "warn"));
    arguments.addAll(more);
    return AgentProcess.start(dir, arguments);
  }

  @Override
  public void close() {
    kubelet.close();
    fake.ifPresent(FakeApiServer::close);
    scratch.close();
    cdi.close();
  }
}
