package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent's pod. */
class DaemonSetTest {
  private static final String SIMULATED = "simulate.machine=h100x8";

  private Helm helm;

  @BeforeEach
  void findHelm() {
    helm = Helm.orSkip();
  }

  @Test
  void isPrivilegedWhereNvidiasDevicesAreOpened() throws Exception {
    Objects objects = helm.objects();

    assertThat(objects.agent().at("/securityContext/privileged").asBoolean()).isTrue();
    assertThat(mounts(objects)).contains("/dev", "/host");
    assertThat(objects.env()).containsEntry("ACCELD_NVIDIA_DRIVER_ROOT", "/host");
  }

  @ParameterizedTest
  @ValueSource(strings = {SIMULATED, "nvidia.enabled=false"})
  void isNotPrivilegedElsewhere(String values) throws Exception {
    Objects objects = helm.objects("--set", values);
    JsonNode security = objects.agent().path("securityContext");

    assertThat(security.path("privileged").asBoolean(true)).isFalse();
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(Objects.texts(security.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(mounts(objects)).doesNotContain("/host");
    assertThat(objects.env()).doesNotContainKey("ACCELD_NVIDIA_DRIVER_ROOT");
  }

  /** What lets the agent see the files of other processes is there only when asked for. */
  @Test
  void seesTheNodesProcessesOnlyWhenTold() throws Exception {
    String tpu = "nvidia.enabled=false";
    Objects told = helm.objects("--set", tpu, "--set", "tpu.waitForProcesses=true");
    JsonNode security = told.agent().path("securityContext");
    assertThat(mounts(told)).contains("/run/host-proc");
    assertThat(told.env()).containsEntry("ACCELD_TPU_PROC_DIR", "/run/host-proc");
    assertThat(Objects.texts(security.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(Objects.texts(security.at("/capabilities/add"))).containsExactly("SYS_PTRACE");
    assertThat(security.path("privileged").asBoolean(true)).isFalse();

    Objects untold = helm.objects("--set", tpu);
    assertThat(mounts(untold)).doesNotContain("/run/host-proc");
    assertThat(untold.agent().at("/securityContext/capabilities").has("add")).isFalse();
    assertThat(mounts(helm.objects("--set", SIMULATED, "--set", "tpu.waitForProcesses=true")))
        .doesNotContain("/run/host-proc");
  }

  @Test
  void testsDevicesBeforeTheirFirstUseOnlyWhenTold() throws Exception {
    assertThat(helm.objects().env()).doesNotContainKey("ACCELD_SELF_TEST");
    assertThat(helm.objects("--set", "health.selfTest=true").env())
        .containsEntry("ACCELD_SELF_TEST", "true");
  }

  @Test
  void takesOperationalEventsOnlyWhenTold() throws Exception {
    String name = "ACCELD_NVIDIA_OPERATIONAL_EVENTS";
    assertThat(helm.objects().env()).doesNotContainKey(name);
    String told = "nvidia.operationalEvents=true";
    assertThat(helm.objects("--set", told).env()).containsEntry(name, "true");
    assertThat(helm.objects("--set", "nvidia.enabled=false," + told).env()).doesNotContainKey(name);
  }

  @Test
  void repairsByRuleAndFollowsALabelOnlyWhenTold() throws Exception {
    assertThat(helm.objects().env()).doesNotContainKeys("ACCELD_REPAIR", "ACCELD_RELEASE_LABEL");
    String key = "nvidia.com/gpu.deploy.client";
    assertThat(
            helm.objects(
                    "--set", "health.repair=auto", "--set-string", "nvidia.releaseLabel=" + key)
                .env())
        .containsEntry("ACCELD_REPAIR", "auto")
        .containsEntry("ACCELD_RELEASE_LABEL", key);
    assertThat(
            helm.objects(
                    "--set", "nvidia.enabled=false", "--set-string", "nvidia.releaseLabel=" + key)
                .env())
        .doesNotContainKey("ACCELD_RELEASE_LABEL");
  }

  /** A container gets no device but those of its start, unless it is privileged. */
  @Test
  void readsTheKernelLogOnlyWhenTold() throws Exception {
    for (String values : List.of("nvidia.enabled=true", "nvidia.enabled=false", SIMULATED)) {
      Objects untold = helm.objects("--set", values);
      assertThat(untold.env()).doesNotContainKey("ACCELD_KERNEL_LOG");
      Objects told = helm.objects("--set", values, "--set", "health.kernelLog=true");
      assertThat(told.env()).containsEntry("ACCELD_KERNEL_LOG", "/dev/kmsg");
      assertThat(told.agent().at("/securityContext/privileged").asBoolean())
          .as(values)
          .isEqualTo(!values.equals(SIMULATED));
      assertThat(mounts(told)).isEqualTo(mounts(untold));
    }
    Objects tpus = helm.objects("--set", "nvidia.enabled=false,health.kernelLog=true");
    assertThat(mount(tpus, "dev").path("readOnly").asBoolean()).isTrue();
    assertThat(tpus.agent().at("/securityContext").has("capabilities")).isFalse();
    assertThat(tpus.pod().at("/initContainers/0/securityContext/privileged").asBoolean(true))
        .isFalse();
  }

  /** Names and control groups of processes are for all to read. */
  @Test
  void theStatusPageCanBeTurnedOff() throws Exception {
    assertThat(helm.objects().env()).doesNotContainKey("ACCELD_STATUS_PAGE");
    assertThat(helm.objects("--set", "agent.statusPage=false").env())
        .containsEntry("ACCELD_STATUS_PAGE", "false");
  }

  @Test
  void looksProcessesUpWithoutACapability() throws Exception {
    Objects told = helm.objects("--set", "agent.processMetrics=true,nvidia.enabled=false");
    assertThat(told.env())
        .containsEntry("ACCELD_PROCESS_METRICS", "true")
        .containsEntry("ACCELD_PROC_DIR", "/run/host-proc")
        .doesNotContainKey("ACCELD_TPU_PROC_DIR");
    assertThat(mounts(told)).contains("/run/host-proc");
    assertThat(told.agent().at("/securityContext/capabilities").has("add")).isFalse();
    assertThat(told.pod().path("volumes").toString()).contains("{\"path\":\"/proc\"");

    assertThat(helm.objects().env())
        .doesNotContainKeys("ACCELD_PROCESS_METRICS", "ACCELD_PROC_DIR");
    Objects simulated = helm.objects("--set", SIMULATED, "--set", "agent.processMetrics=true");
    assertThat(simulated.env())
        .containsEntry("ACCELD_PROCESS_METRICS", "true")
        .doesNotContainKey("ACCELD_PROC_DIR");
    assertThat(mounts(simulated)).doesNotContain("/run/host-proc");
  }

  @Test
  void recordsFaultsAsToldAndFiftyByDefault() throws Exception {
    assertThat(helm.objects().env())
        .doesNotContainKeys("ACCELD_FLIGHT_RECORDS", "ACCELD_FLIGHT_DEGRADED");
    assertThat(helm.objects("--set", "agent.flightRecords=0,agent.flightDegraded=true").env())
        .containsEntry("ACCELD_FLIGHT_RECORDS", "0")
        .containsEntry("ACCELD_FLIGHT_DEGRADED", "true");
  }

  /** A directory of the node that pods write to, and what it takes to remove what they write. */
  @ParameterizedTest
  @ValueSource(strings = {SIMULATED, "nvidia.enabled=false"})
  void keepsLogsOfTpusOnlyWhenTold(String values) throws Exception {
    Objects untold = helm.objects("--set", values, "--set", "tpu.logKeep=7");
    assertThat(untold.env().keySet()).noneMatch(name -> name.startsWith("ACCELD_TPU_LOG"));
    assertThat(untold.agent().at("/securityContext/capabilities").has("add")).isFalse();
    assertThat(untold.pod().toString()).doesNotContain("tpu-logs");

    Objects told = helm.objects("--set", values, "--set", "tpu.logDir=/var/log/tpu,tpu.logKeep=7");
    assertThat(told.env())
        .containsEntry("ACCELD_TPU_LOG_DIR", "/var/log/tpu")
        .containsEntry("ACCELD_TPU_LOG_KEEP", "7")
        .containsEntry("ACCELD_TPU_LOG_KEEP_FOR", "7d");
    assertThat(hostPath(told, "tpu-logs")).isEqualTo("/var/log/tpu");
    assertThat(mount(told, "tpu-logs").path("mountPath").asText())
        .as("the runtime and the agent use the same path")
        .isEqualTo("/var/log/tpu");
    assertThat(mount(told, "tpu-logs").path("readOnly").asBoolean()).isFalse();
    JsonNode security = told.agent().path("securityContext");
    assertThat(Objects.texts(security.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(Objects.texts(security.at("/capabilities/add")))
        .containsExactly("DAC_OVERRIDE", "FOWNER");
    assertThat(security.path("privileged").asBoolean(true)).isFalse();
    assertThat(security.has("appArmorProfile")).isFalse();
    assertThat(told.pod().at("/initContainers/0").toString()).doesNotContain("tpu-logs", "FOWNER");
  }

  @Test
  void processesAndLogsTogether() throws Exception {
    Objects both =
        helm.objects(
            "--set", "nvidia.enabled=false,tpu.waitForProcesses=true,tpu.logDir=/var/log/tpu");
    assertThat(Objects.texts(both.agent().at("/securityContext/capabilities/add")))
        .containsExactly("SYS_PTRACE", "DAC_OVERRIDE", "FOWNER");
    assertThat(both.agent().at("/securityContext/appArmorProfile/type").asText())
        .isEqualTo("Unconfined");
    assertThat(mounts(helm.objects("--set", "tpu.logDir=/var/log/tpu")))
        .as("privileged, for GPUs")
        .contains("/var/log/tpu");
  }

  @ParameterizedTest
  @ValueSource(strings = {SIMULATED, "nvidia.enabled=true"})
  void theRelayHasTheKubeletsSocketsAndNoPrivilege(String values) throws Exception {
    Objects objects = helm.objects("--set", values);
    JsonNode relay = objects.pod().at("/initContainers/0");
    String directory = objects.env().get("ACCELD_RELAY_DIR");

    assertThat(relay.path("restartPolicy").asText()).isEqualTo("Always");
    assertThat(Objects.texts(relay.path("command")))
        .containsExactly("/usr/bin/acceld-relay", directory);
    List<String> paths = new ArrayList<>();
    relay.path("volumeMounts").forEach(mount -> paths.add(mount.path("mountPath").asText()));
    assertThat(paths)
        .containsExactlyInAnyOrder(
            directory, "/var/lib/kubelet/plugins", "/var/lib/kubelet/plugins_registry");
    assertThat(mounts(objects)).containsAll(paths);
    JsonNode security = relay.path("securityContext");
    assertThat(security.path("privileged").asBoolean(true)).isFalse();
    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(Objects.texts(security.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(security.at("/seLinuxOptions/type").asText())
        .isEqualTo(values.equals(SIMULATED) ? "" : "spc_t");
  }

  @Test
  void simulatedHardwareNeedsNothingOfTheNodesDevices() throws Exception {
    assertThat(mounts(helm.objects("--set", SIMULATED))).doesNotContain("/dev");
    assertThat(mounts(helm.objects("--set", "nvidia.enabled=false"))).contains("/dev");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=b", SIMULATED, "nvidia.enabled=false"})
  void opensNothingOnTheNodeAndWritesNothingInItself(String values) throws Exception {
    Objects objects = values.equals("a=b") ? helm.objects() : helm.objects("--set", values);

    assertThat(objects.pod().has("hostNetwork")).isFalse();
    assertThat(objects.pod().has("hostPID")).isFalse();
    assertThat(objects.agent().toString()).doesNotContain("hostPort");
    assertThat(objects.agent().at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(objects.pod().at("/securityContext/seccompProfile/type").asText())
        .isEqualTo("RuntimeDefault");
    // The default is below /dev: on the host's /dev it would leave a file behind.
    assertThat(objects.agent().path("terminationMessagePath").asText()).doesNotStartWith("/dev");
  }

  @Test
  void surgesSoThatNoNodeIsWithoutAnAgent() throws Exception {
    JsonNode update =
        helm.objects().get("DaemonSet", "acceld").at("/spec/updateStrategy/rollingUpdate");

    assertThat(update.path("maxUnavailable").asInt(-1)).isZero();
    assertThat(update.path("maxSurge").asText()).isEqualTo("5%");
  }

  @Test
  void theKubeletsDirectoriesAreAtTheirOwnPathInside() throws Exception {
    Objects objects = helm.objects("--set", "kubelet.dir=/data/kubelet,driverName=gpu.example.com");

    for (JsonNode mount : objects.agent().path("volumeMounts")) {
      String path = mount.path("mountPath").asText();
      if (!List.of("/host", "/run/acceld", "/run/host-cgroup").contains(path)) {
        assertThat(hostPath(objects, mount.path("name").asText())).isEqualTo(path);
      }
    }
    assertThat(objects.env())
        .containsEntry("ACCELD_KUBELET_DIR", "/data/kubelet")
        .containsEntry("ACCELD_STATE_DIR", "/data/kubelet/plugins/gpu.example.com/state");
    assertThat(mounts(objects))
        .contains(
            "/data/kubelet/plugins",
            "/data/kubelet/plugins_registry",
            "/data/kubelet/pod-resources");
  }

  @Test
  void aDriverThatIsInstalledLaterIsSeen() throws Exception {
    Objects objects = helm.objects("--set", "nvidia.driverRoot=/run/nvidia/driver");

    JsonNode mount = mount(objects, "driver-root");
    assertThat(mount.path("mountPath").asText()).isEqualTo("/run/nvidia");
    assertThat(mount.path("mountPropagation").asText()).isEqualTo("HostToContainer");
    assertThat(mount.path("readOnly").asBoolean()).isTrue();
    assertThat(mount(objects, "dev").path("mountPropagation").asText())
        .isEqualTo("HostToContainer");
    assertThat(objects.env()).containsEntry("ACCELD_NVIDIA_DRIVER_ROOT", "/run/nvidia/driver");
  }

  @Test
  void settingsOfTpusReachTheAgent() throws Exception {
    assertThat(helm.objects().env())
        .containsEntry("ACCELD_TPU_SHAPES", "proven")
        .containsEntry("ACCELD_TPU_METADATA_SERVER", "http://metadata.google.internal")
        .doesNotContainKey("ACCELD_TPU_HOST_FACTS");
    assertThat(mounts(helm.objects())).doesNotContain("/etc/tpu");

    Objects objects =
        helm.objects(
            "--set",
            "tpu.shapes=2x2\\,2x4,tpu.hostFacts=TOPOLOGY=4x4;CHIPS_PER_HOST_BOUNDS=2\\,2\\,1,tpu.metadataServer=off,tpu.envDir=/etc/tpu");
    assertThat(objects.env())
        .containsEntry("ACCELD_TPU_SHAPES", "2x2,2x4")
        .containsEntry("ACCELD_TPU_HOST_FACTS", "TOPOLOGY=4x4;CHIPS_PER_HOST_BOUNDS=2,2,1")
        .containsEntry("ACCELD_TPU_METADATA_SERVER", "off");
    assertThat(mount(objects, "tpu-env").path("readOnly").asBoolean()).isTrue();
    assertThat(hostPath(objects, "tpu-env")).isEqualTo("/etc/tpu");
    // In YAML, off is false.
    assertThat(helm.objects("--set", "tpu.metadataServer=false").env())
        .containsEntry("ACCELD_TPU_METADATA_SERVER", "off");
    assertThat(mounts(helm.objects("--set", "tpu.envDir=/etc/tpu," + SIMULATED)))
        .as("a simulated machine has a file of its own")
        .doesNotContain("/etc/tpu");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent.javaOptions=-Xmx64m",
        SIMULATED,
        "nvidia.enabled=false",
        "tpu.logDir=/var/log/tpu"
      })
  void everyVariableIsASettingOfTheAgent(String values) throws Exception {
    Set<String> known = new TreeSet<>(Setting.values().stream().map(Setting::env).toList());
    known.add("ACCELD_JAVA_OPTS");

    Objects objects = helm.objects("--set", values);

    assertThat(known).containsAll(objects.env().keySet());
    // Else a Service called acceld-x makes the agent stop at ACCELD_X_PORT, which is no setting.
    assertThat(objects.pod().path("enableServiceLinks").asBoolean(true)).isFalse();
  }

  @Test
  void adoptsNoOtherPodOfTheRelease() throws Exception {
    Objects objects = helm.objects();
    JsonNode selector = objects.get("DaemonSet", "acceld").at("/spec/selector/matchLabels");

    JsonNode test = objects.get("Pod", "acceld-test").at("/metadata/labels");
    JsonNode job = objects.get("Job", "acceld-await-unused").at("/spec/template/metadata/labels");

    assertThat(
            matches(
                selector, objects.get("DaemonSet", "acceld").at("/spec/template/metadata/labels")))
        .isTrue();
    assertThat(matches(selector, test)).isFalse();
    assertThat(matches(selector, job)).isFalse();
  }

  @Test
  void presetsChooseNodes() throws Exception {
    assertThat(keys(helm.objects()))
        .contains(
            "acceld.dev/accelerators",
            "feature.node.kubernetes.io/pci-0302_10de.present",
            "feature.node.kubernetes.io/pci-1200_1ae0.present",
            "feature.node.kubernetes.io/pci-1200_1002.present",
            "nvidia.com/gpu.present",
            "cloud.google.com/gke-accelerator",
            "cloud.google.com/gke-tpu-accelerator");
    assertThat(keys(helm.objects("--set", "nvidia.enabled=false")))
        .containsExactlyInAnyOrder(
            "kubernetes.io/os",
            "acceld.dev/accelerators",
            "feature.node.kubernetes.io/pci-1200_1ae0.present",
            "intel.feature.node.kubernetes.io/gpu",
            "feature.node.kubernetes.io/pci-1200_1002.present",
            "feature.node.kubernetes.io/amd-gpu",
            "cloud.google.com/gke-tpu-accelerator");
    assertThat(keys(helm.objects("--set", SIMULATED))).containsExactly("kubernetes.io/os");
    assertThat(keys(helm.objects("--set", "nodes.presets={all}")))
        .containsExactly("kubernetes.io/os");
    assertThat(
            keys(
                helm.objects(
                    "--set-json",
                    "nodes={\"presets\":[],\"terms\":[{\"matchExpressions\":[{\"key\":\"pool\",\"operator\":\"Exists\"}]}]}")))
        .containsExactly("pool");
  }

  private static Set<String> keys(Objects objects) {
    JsonNode terms =
        objects
            .pod()
            .at(
                "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
    Set<String> keys = new TreeSet<>();
    terms.forEach(t -> t.path("matchExpressions").forEach(e -> keys.add(e.path("key").asText())));
    return keys;
  }

  private static boolean matches(JsonNode selector, JsonNode labels) {
    boolean matches = true;
    for (var label : selector.properties()) {
      matches &= labels.path(label.getKey()).equals(label.getValue());
    }
    return matches;
  }

  private static List<String> mounts(Objects objects) {
    return objects.agent().path("volumeMounts").findValuesAsText("mountPath");
  }

  private static JsonNode mount(Objects objects, String name) {
    for (JsonNode mount : objects.agent().path("volumeMounts")) {
      if (mount.path("name").asText().equals(name)) {
        return mount;
      }
    }
    throw new AssertionError("no mount " + name);
  }

  private static String hostPath(Objects objects, String name) {
    for (JsonNode volume : objects.pod().path("volumes")) {
      if (volume.path("name").asText().equals(name)) {
        return volume.at("/hostPath/path").asText();
      }
    }
    throw new AssertionError("no volume " + name);
  }

  @Test
  void labelsOfPodsAreServedWhereTheyAreNamed() throws Exception {
    assertThat(helm.objects().env()).doesNotContainKey("ACCELD_POD_LABELS");
    assertThat(helm.objects("--set", "agent.podLabels={app,kueue.x-k8s.io/queue-name}").env())
        .containsEntry("ACCELD_POD_LABELS", "app,kueue.x-k8s.io/queue-name");
  }

  @Test
  void dcgmExportersNamesAndCounterFile() throws Exception {
    assertThat(helm.objects().env())
        .doesNotContainKeys("ACCELD_DCGM_NAMES", "ACCELD_DCGM_COUNTERS_FILE");
    Objects objects = helm.objects("--set", "agent.dcgmNames=both,agent.dcgmCounters=my-counters");
    assertThat(objects.env())
        .containsEntry("ACCELD_DCGM_NAMES", "both")
        .containsEntry("ACCELD_DCGM_COUNTERS_FILE", "/run/acceld-dcgm/default-counters.csv");
    assertThat(mounts(objects)).contains("/run/acceld-dcgm");
    assertThat(
            objects.pod().path("volumes").findValues("configMap").getFirst().path("name").asText())
        .isEqualTo("my-counters");
  }

  @Test
  void overridesOfHealthRulesAreAFile() throws Exception {
    Objects none = helm.objects();
    assertThat(none.env()).doesNotContainKey("ACCELD_HEALTH_RULES");
    assertThat(none.names("ConfigMap")).isEmpty();
    Objects objects =
        helm.objects("--set", "health.rules.xid-31.effect=NoExecute,health.rules.xid-31.hold=10m");
    assertThat(objects.env()).containsEntry("ACCELD_HEALTH_RULES", "/run/acceld-health/rules.yaml");
    assertThat(mounts(objects)).contains("/run/acceld-health");
    assertThat(objects.get("ConfigMap", "acceld-health-rules").at("/data/rules.yaml").asText())
        .isEqualTo("rules:\n  xid-31:\n    effect: NoExecute\n    hold: 10m\n");
  }

  @Test
  void theExportByOtlp() throws Exception {
    assertThat(helm.objects().env().keySet())
        .noneMatch(name -> name.contains("OTLP") || name.contains("TRACE"));
    Objects objects =
        helm.objects(
            "--set",
            "otlp.endpoint=http://collector:4318,otlp.traceContext=parent",
            "--set",
            "otlp.traceContextAnnotations={tracing.k8s.io/traceparent,team.example/trace}",
            "--set",
            "otlp.env[0].name=OTEL_TRACES_SAMPLER,otlp.env[0].value=always_off");
    assertThat(objects.env())
        .containsEntry("ACCELD_OTLP_ENDPOINT", "http://collector:4318")
        .containsEntry("ACCELD_TRACE_CONTEXT", "parent")
        .containsEntry(
            "ACCELD_TRACE_CONTEXT_ANNOTATIONS", "tracing.k8s.io/traceparent,team.example/trace")
        .containsEntry("OTEL_TRACES_SAMPLER", "always_off");
    assertThat(
            helm.objects(
                    "--set", "networkPolicy.enabled=true,otlp.endpoint=http://collector:4318/otlp")
                .get("NetworkPolicy", "acceld")
                .at("/spec/egress")
                .toString())
        .contains("{\"port\":4318},{\"port\":53,\"protocol\":\"UDP\"}");
  }
}
