package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every example does what its comment says. */
@RealCluster
@Tag("main")
class ExamplesIT {
  static final Duration SOON = Duration.ofMinutes(2);
  private static final Pattern DEVICE = Pattern.compile("ACCELD_DEVICE_\\w+=(\\S+)");

  /** The pod of an example that should run, with what it logged once it did. */
  static String logOfRunning(Workspace workspace, String file, String pod) {
    workspace.apply(Sources.example(file));
    workspace.awaitPhase(pod, "Running", SOON);
    return logOf(workspace, pod);
  }

  /** A pod is Running a moment before its shell has said anything. */
  static String logOf(Workspace workspace, String pod) {
    Await.until(
        pod + " logs its devices",
        SOON,
        () -> Pattern.compile("(?m)^(ACCELD_DEVICE|TPU)_\\w+=").matcher(workspace.logs(pod)).find(),
        () -> workspace.logs(pod));
    Await.pause(Duration.ofMillis(300));
    return workspace.logs(pod);
  }

  private static List<String> devicesIn(String log) {
    return DEVICE.matcher(log).results().map(found -> found.group(1)).sorted().toList();
  }

  @Test
  void everyExampleHasATest() {
    List<String> tested =
        Stream.of(
                ExamplesIT.class,
                ExamplesOnTpusIT.class,
                ExamplesOnPartitionsIT.class,
                TpuSlicesIT.class)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(method -> method.getName())
            .toList();
    assertThat(Sources.examples())
        .isNotEmpty()
        .allSatisfy(file -> assertThat(tested).contains(testOf(file)));
  }

  /** two-gpus.yaml: twoGpus. */
  private static String testOf(String file) {
    String[] words = file.replace(".yaml", "").split("-", -1);
    return words[0]
        + Arrays.stream(words)
            .skip(1)
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
  }

  @Test
  void oneGpu(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    String log = logOfRunning(workspace, "one-gpu.yaml", "one-gpu");
    assertThat(devicesIn(log)).hasSize(1);
    assertThat(log).contains("nvidiactl").containsPattern("nvidia[0-9]\n");
  }

  @Test
  void twoGpus(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    String log = logOfRunning(workspace, "two-gpus.yaml", "two-gpus");
    assertThat(devicesIn(log)).hasSize(2);
    assertThat(Pattern.compile("nvidia[0-9]+\n").matcher(log).results()).hasSize(2);
  }

  @Test
  void eightGpus(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    workspace.apply(Sources.example("one-gpu.yaml"));
    workspace.awaitPhase("one-gpu", "Running", SOON);
    workspace.apply(Sources.example("eight-gpus.yaml"));
    Await.pause(Duration.ofSeconds(3));
    assertThat(workspace.phase("eight-gpus")).isEqualTo("Pending");
    workspace.deletePod("one-gpu");
    workspace.awaitPhase("eight-gpus", "Running", SOON);
    assertThat(workspace.exec("eight-gpus", "sh", "-c", "ls /dev | grep -c 'nvidia[0-9]'"))
        .isEqualTo("8\n");
  }

  @Test
  void fourGpusOneNumaNode(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    List<String> given =
        devicesIn(logOfRunning(workspace, "four-gpus-one-numa-node.yaml", "four-gpus"));
    assertThat(given).hasSize(4);
    Set<Long> nodes =
        acceld.slices().stream()
            .flatMap(slice -> slice.getSpec().getDevices().stream())
            .filter(device -> given.contains(device.getName()))
            .map(ExamplesIT::numaNode)
            .collect(Collectors.toSet());
    assertThat(nodes).hasSize(1);
  }

  private static Long numaNode(Device device) {
    return device.getAttributes().get("resource.kubernetes.io/numaNode").getInt();
  }

  @Test
  void sharedClaim(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    workspace.apply(Sources.example("shared-claim.yaml"));
    workspace.awaitPhase("shared-gpu-a", "Running", SOON);
    workspace.awaitPhase("shared-gpu-b", "Running", SOON);
    List<String> ofFirst = devicesIn(logOf(workspace, "shared-gpu-a"));
    assertThat(ofFirst).hasSize(1).isEqualTo(devicesIn(logOf(workspace, "shared-gpu-b")));
    // One of them going takes nothing from the other.
    workspace.deletePod("shared-gpu-a");
    workspace.awaitGone("shared-gpu-a", SOON);
    assertThat(workspace.exec("shared-gpu-b", "ls", "/dev")).contains("nvidiactl");
  }

  @Test
  void job(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    workspace.apply(Sources.example("job.yaml"));
    awaitComplete(workspace, "gpu-job");
    assertThat(devicesIn(logOfJob(workspace, "gpu-job"))).hasSize(1);
    Await.until(
        "no claim of the Job",
        SOON,
        () -> claims(workspace).isEmpty(),
        () -> claims(workspace) + "");
  }

  @Test
  void indexedJob(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    workspace.apply(Sources.example("indexed-job.yaml"));
    awaitComplete(workspace, "workers");
    String log = logOfJob(workspace, "workers");
    assertThat(log).contains("worker 0 of 4", "worker 1 of 4", "worker 2 of 4", "worker 3 of 4");
    List<String> devices = devicesIn(log);
    assertThat(devices).hasSize(8);
    // Side by side: then nobody got what another had.
    assertThat(new HashSet<>(devices)).hasSize(8);
  }

  static void awaitComplete(Workspace workspace, String job) {
    Await.until(
        "Job " + job + " is Complete",
        SOON,
        () ->
            workspace
                .cluster()
                .client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(workspace.name())
                .withName(job)
                .get()
                .getStatus()
                .getConditions()
                .stream()
                .anyMatch(c -> c.getType().equals("Complete") && c.getStatus().equals("True")),
        workspace::describe);
  }

  static String logOfJob(Workspace workspace, String job) {
    return workspace.pods().stream()
        .map(pod -> pod.getMetadata().getName())
        .filter(name -> name.startsWith(job))
        .map(workspace::logs)
        .collect(Collectors.joining());
  }

  private static List<String> claims(Workspace workspace) {
    return workspace
        .cluster()
        .client()
        .resources(ResourceClaim.class)
        .inNamespace(workspace.name())
        .list()
        .getItems()
        .stream()
        .map(claim -> claim.getMetadata().getName())
        .toList();
  }

  @Test
  void extendedResource(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    assertThat(devicesIn(logOfRunning(workspace, "extended-resource.yaml", "extended-resource")))
        .hasSize(1);
    assertThat(claims(workspace)).hasSize(1);
  }

  @Test
  void oneAccelerator(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    assertThat(devicesIn(logOfRunning(workspace, "one-accelerator.yaml", "one-accelerator")))
        .hasSize(1)
        .allMatch(name -> name.startsWith("gpu-"));
  }

  @Test
  void eitherAccelerator(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    assertThat(logOfEither(workspace)).containsPattern("(?m)^1 GPU: gpu-\\w+$");
  }

  /** The A100 is not of the H100's class. */
  @Test
  void eitherAcceleratorTakesTwoSmallerOnes(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "a100x8"));
    assertThat(logOfEither(workspace)).containsPattern("(?m)^2 GPU: gpu-\\w+ gpu-\\w+$");
  }

  private static String logOfEither(Workspace workspace) {
    workspace.apply(Sources.example("either-accelerator.yaml"));
    return logOf(workspace, workspace.awaitPodOf("either-accelerator", SOON));
  }
}
