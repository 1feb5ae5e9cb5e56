package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Controller;
import dev.acceld.e2e.components.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each component is started with, as files in the cluster's {@code run} directory. Paths are
 * the node's: {@code /e2e} and {@code /data} are bound there by {@code node.sh}.
 */
final class ComponentFiles {
  /**
   * The kubelet's root directory: not the usual one, so that paths that are configurable are proved
   * so.
   */
  static final String KUBELET_DIR = "/data/kubelet";

  private static final Set<String> FIRST = Set.of("etcd", "containerd", "apiserver", "relay");

  private final ClusterConfig config;
  private final Place place;
  private final List<String> gates;

  ComponentFiles(ClusterConfig config, Place place) {
    this.config = config;
    this.place = place;
    String flag = config.gatesFlag();
    this.gates = flag.isEmpty() ? List.of() : List.of("--feature-gates=" + flag);
  }

  /** The components in the order in which they make sense. */
  List<String> names() {
    return List.copyOf(commands().keySet());
  }

  /** Those that can do nothing before there is an API server. */
  List<String> later() {
    return names().stream().filter(name -> !FIRST.contains(name)).toList();
  }

  /** Writes everything. Whoever shows that token may do everything: it must not be guessable. */
  void write(String adminToken) throws IOException {
    Path run = place.path("run");
    for (Map.Entry<String, List<String>> command : commands().entrySet()) {
      StringBuilder line = new StringBuilder("exec");
      command.getValue().forEach(word -> line.append(" \\\n  '").append(word).append('\''));
      Files.writeString(run.resolve(command.getKey() + ".sh"), line.append('\n').toString());
    }
    Files.writeString(run.resolve("network.conflist"), NETWORK.replace("PODS", place.pods()));
    Files.writeString(run.resolve("containerd.toml"), CONTAINERD);
    Files.writeString(run.resolve("kubelet.yaml"), kubelet());
    Files.writeString(run.resolve("audit.yaml"), AUDIT);
    for (Controller controller : config.controllers()) {
      Files.writeString(run.resolve(controller.id() + ".yaml"), configuration(controller));
    }
    Files.writeString(run.resolve("tokens.csv"), adminToken + ",admin,admin,\"system:masters\"\n");
  }

  private Map<String, List<String>> commands() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    all.put("containerd", List.of("containerd", "-c", "/e2e/run/containerd.toml"));
    if (place.first()) {
      all.put("etcd", etcd());
      all.put("apiserver", apiServer());
      all.put("relay", relay());
      all.put("controllers", withGates(controllers()));
      all.put("scheduler", withGates(scheduler()));
      config.controllers().forEach(more -> all.put(more.id(), controller(more)));
    }
    all.put("kubelet", withGates(kubeletCommand()));
    return all;
  }

  /** Not as pods: there is no network from the API server to Services. */
  private static List<String> controller(Controller controller) {
    List<String> command =
        List.of(
            "/opt/controllers/" + controller.id() + "/" + controller.version() + "/manager",
            "--kubeconfig=/e2e/pki/admin.kubeconfig",
            "--config=/e2e/run/" + controller.id() + ".yaml",
            "--zap-log-level=info");
    return controller
        .metricsCertificates()
        .map(place -> {
          List<String> all =
              new ArrayList<>(List.of("sh", "-c", WITH_CERTIFICATES, place, "/e2e/pki/webhooks"));
          all.addAll(command);
          return List.copyOf(all);
        })
        .orElse(command);
  }

  /** Links a directory to another, then becomes the command that follows. */
  private static final String WITH_CERTIFICATES =
      "mkdir -p \"${0%/*}\" && ln -sfn \"$1\" \"$0\" && shift && exec \"$@\"";

  private static String configuration(Controller controller) {
    return """
    apiVersion: %s
    kind: Configuration
    leaderElection: {leaderElect: false}
    internalCertManagement: {enable: false}
    webhook: {port: %d, certDir: /e2e/pki/webhooks}
    metrics: {bindAddress: "0"}
    health: {healthProbeBindAddress: "127.0.0.1:%d"}
    """
            .formatted(
                controller.configurationVersion(),
                controller.webhookPort(),
                controller.healthPort())
        + controller.configuration();
  }

  private static List<String> etcd() {
    return List.of(
        "etcd",
        "--data-dir=/data/etcd",
        "--unsafe-no-fsync",
        "--listen-client-urls=http://127.0.0.1:2379",
        "--advertise-client-urls=http://127.0.0.1:2379",
        "--listen-peer-urls=http://127.0.0.1:2380",
        "--log-level=warn");
  }

  /**
   * The only way in from this machine's network: a socket file, since namespaces part networks, not
   * files.
   */
  private static List<String> relay() {
    return List.of(
        "socat",
        "UNIX-LISTEN:/e2e/run/api.sock,fork,unlink-early",
        "TCP:" + Place.FIRST_ADDRESS + ":443");
  }

  private List<String> apiServer() {
    return withGates(
        List.of(
            "/opt/kubernetes/kube-apiserver",
            "--etcd-servers=http://127.0.0.1:2379",
            "--advertise-address=" + Place.FIRST_ADDRESS,
            "--secure-port=443",
            "--tls-cert-file=/e2e/pki/apiserver.crt",
            "--tls-private-key-file=/e2e/pki/apiserver.key",
            "--client-ca-file=/e2e/pki/ca.crt",
            "--token-auth-file=/e2e/run/tokens.csv",
            "--kubelet-client-certificate=/e2e/pki/admin.crt",
            "--kubelet-client-key=/e2e/pki/admin.key",
            "--kubelet-certificate-authority=/e2e/pki/ca.crt",
            "--kubelet-preferred-address-types=InternalIP",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=/e2e/pki/sa.key",
            "--service-account-signing-key-file=/e2e/pki/sa.key",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            "--audit-policy-file=/e2e/run/audit.yaml",
            "--audit-log-path=/e2e/log/audit.log",
            "--audit-log-maxsize=1000"));
  }

  private static List<String> controllers() {
    return List.of(
        "/opt/kubernetes/kube-controller-manager",
        "--kubeconfig=/e2e/pki/controllers.kubeconfig",
        "--authentication-kubeconfig=/e2e/pki/controllers.kubeconfig",
        "--authorization-kubeconfig=/e2e/pki/controllers.kubeconfig",
        "--use-service-account-credentials",
        "--service-account-private-key-file=/e2e/pki/sa.key",
        "--root-ca-file=/e2e/pki/ca.crt",
        "--leader-elect=false");
  }

  private static List<String> scheduler() {
    return List.of(
        "/opt/kubernetes/kube-scheduler",
        "--kubeconfig=/e2e/pki/scheduler.kubeconfig",
        "--authentication-kubeconfig=/e2e/pki/scheduler.kubeconfig",
        "--authorization-kubeconfig=/e2e/pki/scheduler.kubeconfig",
        "--leader-elect=false");
  }

  private List<String> kubeletCommand() {
    return List.of(
        "/opt/kubelet/kubelet",
        "--config=/e2e/run/kubelet.yaml",
        "--kubeconfig=/e2e/pki/" + place.identity() + ".kubeconfig",
        "--root-dir=" + KUBELET_DIR,
        "--cert-dir=/e2e/pki",
        "--hostname-override=" + place.name(),
        "--node-ip=" + place.address(),
        "--v=2");
  }

  private List<String> withGates(List<String> command) {
    List<String> all = new ArrayList<>(command);
    all.addAll(gates);
    return List.copyOf(all);
  }

  /**
   * Periods of the kubelet stay as they come: what a failed prepare costs here is what it costs
   * users. The rest makes it run in a container with cgroup v1, few capabilities and a disk that
   * may be nearly full.
   */
  private String kubelet() {
    String restarts =
        config
            .restartPeriod()
            .map(period -> "crashLoopBackOff: {maxContainerRestartPeriod: " + period + "}\n")
            .orElse("");
    return """
    apiVersion: kubelet.config.k8s.io/v1beta1
    kind: KubeletConfiguration
    failCgroupV1: false
    failSwapOn: false
    cgroupDriver: cgroupfs
    cgroupRoot: /
    oomScoreAdj: 0
    maxOpenFiles: 20000
    makeIPTablesUtilChains: false
    localStorageCapacityIsolation: false
    enforceNodeAllocatable: [pods]
    evictionHard: {nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%"}
    imageGCHighThresholdPercent: 100
    containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
    resolvConf: ""
    podLogsDir: /var/log/pods
    authentication:
      anonymous: {enabled: false}
      webhook: {enabled: true}
      x509: {clientCAFile: /e2e/pki/ca.crt}
    authorization: {mode: Webhook}
    tlsCertFile: /e2e/pki/IDENTITY.crt
    tlsPrivateKeyFile: /e2e/pki/IDENTITY.key
    """
            .replace("IDENTITY", place.identity())
        + restarts;
  }

  private static final String AUDIT =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
        - level: Metadata
      """;

  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "pods", "plugins": [
        {"type": "bridge", "bridge": "pods0", "isGateway": true, "ipMasq": true,
         "ipam": {"type": "host-local", "ranges": [[{"subnet": "PODS"}]],
                  "routes": [{"dst": "0.0.0.0/0"}]}}]}
      """;

  /**
   * Without CAP_SYS_RESOURCE no score may go below this process's own: {@code
   * restrict_oom_score_adj}.
   */
  private static final String CONTAINERD =
      """
      version = 3
      root = "/data/containerd"
      state = "/run/containerd"
      [grpc]
        address = "/run/containerd/containerd.sock"
      [plugins.'io.containerd.cri.v1.images'.pinned_images]
        sandbox = "%s"
      [plugins.'io.containerd.cri.v1.runtime']
        disable_apparmor = true
        restrict_oom_score_adj = true
      [plugins.'io.containerd.cri.v1.runtime'.cni]
        bin_dirs = ["/usr/lib/cni"]
        conf_dir = "/etc/cni/net.d"
      """
          .formatted(Images.PAUSE);
}
