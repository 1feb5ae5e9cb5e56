package dev.acceld.e2e.kube;

import dev.acceld.e2e.cluster.LocalCluster;
import dev.acceld.e2e.cluster.Node;
import dev.acceld.tools.Run;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cluster that tests talk to, as one who may do everything: ours, or one of the user's. */
public final class Cluster implements AutoCloseable {
  private final Optional<LocalCluster> local;
  private final Path kubeconfig;
  private final KubernetesClient client;

  private Cluster(Optional<LocalCluster> local, Path kubeconfig, Config access) {
    this.local = local;
    this.kubeconfig = kubeconfig;
    this.client = new KubernetesClientBuilder().withConfig(access).build();
  }

  /** One of ours. Closing this closes it. */
  public static Cluster of(LocalCluster local) {
    return new Cluster(Optional.of(local), local.kubeconfig(), local.access());
  }

  /** Whatever that file names. Closing this leaves it running. */
  public static Cluster of(Path kubeconfig) {
    try {
      return new Cluster(
          Optional.empty(), kubeconfig, Config.fromKubeconfig(Files.readString(kubeconfig)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The API. */
  public KubernetesClient client() {
    return client;
  }

  /** For programs. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** The machinery of a cluster of ours; empty for others, which cannot be broken at will. */
  public Optional<LocalCluster> local() {
    return local;
  }

  /** The first node of a cluster of ours. Tests that ask carry {@code @OwnClusterOnly}. */
  public Node node() {
    return machinery().node();
  }

  /** All nodes of a cluster of ours. Tests that ask carry {@code @OwnClusterOnly}. */
  public List<Node> nodes() {
    return machinery().nodes();
  }

  /** The cluster itself, where it is ours. */
  public LocalCluster machinery() {
    return local.orElseThrow(() ->
        new IllegalStateException("this is the user's cluster: the test needs @OwnClusterOnly"));
  }

  /** The API as the bearer of that token sees it; to be closed. */
  public KubernetesClient as(String token) {
    Config theirs =
        new ConfigBuilder(client.getConfiguration())
            .withOauthToken(token)
            .withUsername(null)
            .withPassword(null)
            .withClientCertData(null)
            .withClientCertFile(null)
            .withClientKeyData(null)
            .withClientKeyFile(null)
            .build();
    return new KubernetesClientBuilder().withConfig(theirs).build();
  }

  /** A helm command with that cluster. */
  public Run helm(Path helm, String... arguments) {
    List<String> command = new ArrayList<>(List.of(helm.toString()));
    command.addAll(List.of(arguments));
    return Run.of(command).with("KUBECONFIG", kubeconfig.toString()).within(Duration.ofMinutes(10));
  }

  /** A workspace of that name, made if need be. */
  public Workspace workspace(String name) {
    Workspace workspace = new Workspace(this, name);
    workspace.create();
    return workspace;
  }

  /** A namespace that is there. */
  public Workspace existing(String name) {
    return new Workspace(this, name);
  }

  @Override
  public void close() {
    client.close();
    local.ifPresent(LocalCluster::close);
  }
}
