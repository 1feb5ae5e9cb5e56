package dev.acceld.e2e.kube;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** A namespace for the objects of one test. Safe for threads. */
public final class Workspace {
  private final Cluster cluster;
  private final String name;

  Workspace(Cluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
  }

  /** The namespace. */
  public String name() {
    return name;
  }

  /** Makes the namespace and waits until pods can be created in it. */
  void create() {
    if (api().namespaces().withName(name).get() == null) {
      Namespace namespace =
          new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
      api().resource(namespace).create();
    }
    Await.until(
        "a service account in namespace " + name,
        Duration.ofSeconds(30),
        () -> api().serviceAccounts().inNamespace(name).withName("default").get() != null);
  }

  /** Removes the namespace with all that is in it, and waits until it is gone. */
  public void delete() {
    api().pods().inNamespace(name).withGracePeriod(1).delete();
    api().namespaces().withName(name).delete();
    Await.until(
        "namespace " + name + " gone",
        Duration.ofMinutes(4),
        () -> api().namespaces().withName(name).get() == null,
        this::describe);
  }

  /** Creates or changes what that YAML describes. */
  public List<HasMetadata> apply(String yaml) {
    List<HasMetadata> items =
        api().load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
    for (HasMetadata item : items) {
      api().resource(item).inNamespace(name).forceConflicts().serverSideApply();
    }
    return items;
  }

  /** Creates or changes what that file describes. */
  public List<HasMetadata> apply(Path file) {
    try {
      return apply(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pod, if there is one of that name. */
  public Optional<Pod> pod(String pod) {
    return Optional.ofNullable(api().pods().inNamespace(name).withName(pod).get());
  }

  /** All pods. */
  public List<Pod> pods() {
    return api().pods().inNamespace(name).list().getItems();
  }

  /** Pending, Running, Succeeded, Failed, or Absent. */
  public String phase(String pod) {
    return pod(pod).map(found -> found.getStatus().getPhase()).orElse("Absent");
  }

  /** Waits until the pod is in that phase; Failed on the way is a failure at once. */
  public void awaitPhase(String pod, String phase, Duration most) {
    Await.until(
        "pod " + name + "/" + pod + " is " + phase,
        most,
        () -> {
          String now = phase(pod);
          if (now.equals("Failed") && !phase.equals("Failed")) {
            throw new AssertionError("pod " + name + "/" + pod + " failed: " + describe());
          }
          return now.equals(phase);
        },
        this::describe);
  }

  /**
   * Waits until a pod runs whose name begins like that, as the pods of a Deployment do; returns its
   * name.
   */
  public String awaitPodOf(String owner, Duration most) {
    Await.until(
        "a pod of " + name + "/" + owner + " is Running",
        most,
        () -> podOf(owner).isPresent(),
        this::describe);
    return podOf(owner)
        .orElseThrow(() -> new AssertionError("the pod of " + name + "/" + owner + " has ended"));
  }

  private Optional<String> podOf(String owner) {
    return pods().stream()
        .filter(pod -> pod.getMetadata().getName().startsWith(owner + "-"))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus().getPhase().equals("Running"))
        .map(pod -> pod.getMetadata().getName())
        .findFirst();
  }

  /** Waits until all containers of the pod are ready. */
  public void awaitReady(String pod, Duration most) {
    Await.until("pod " + name + "/" + pod + " is ready", most, () -> ready(pod), this::describe);
  }

  private boolean ready(String pod) {
    return pod(pod).stream()
        .flatMap(found -> found.getStatus().getConditions().stream())
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** Deletes a pod, in its own time. */
  public void deletePod(String pod) {
    api().pods().inNamespace(name).withName(pod).delete();
  }

  /** Waits until there is no such pod. */
  public void awaitGone(String pod, Duration most) {
    Await.until(
        "pod " + name + "/" + pod + " gone", most, () -> pod(pod).isEmpty(), this::describe);
  }

  /** What the pod's container said so far. */
  public String logs(String pod) {
    return api().pods().inNamespace(name).withName(pod).getLog();
  }

  /** How a command inside a container ended, and what it said on both its outputs. */
  public record Ended(int exit, String said) {}

  /**
   * What a command inside the pod's first container says on both its outputs.
   *
   * @throws AssertionError when it does not end well
   */
  public String exec(String pod, String... command) {
    Ended ended = execToEnd(pod, command);
    if (ended.exit() != 0) {
      throw new AssertionError(
          "'%s' in pod %s/%s ended with %d: %s"
              .formatted(String.join(" ", command), name, pod, ended.exit(), ended.said()));
    }
    return ended.said();
  }

  /** The same for a command that may end well or not. */
  public Ended execToEnd(String pod, String... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ExecWatch watch =
        api()
            .pods()
            .inNamespace(name)
            .withName(pod)
            .writingOutput(out)
            .writingError(out)
            .exec(command)) {
      int exit = watch.exitCode().get(60, TimeUnit.SECONDS);
      return new Ended(exit, out.toString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(
          "'%s' in pod %s/%s".formatted(String.join(" ", command), name, pod), e);
    }
  }

  /** All that the cluster has complained of, each with its object and reason. */
  public List<String> warnings() {
    return api().v1().events().inNamespace(name).list().getItems().stream()
        .filter(event -> "Warning".equals(event.getType()))
        .map(event ->
            "%s %s: %s"
                .formatted(
                    event.getInvolvedObject().getName(), event.getReason(), event.getMessage()))
        .distinct()
        .toList();
  }

  /** The pods as they are and the warnings about them, for messages. */
  public String describe() {
    String pods = pods().stream().map(Workspace::line).collect(Collectors.joining("\n  "));
    String warnings = String.join("\n  ", warnings());
    return "in " + name + ":\n  " + pods + "\nwarnings:\n  " + warnings;
  }

  private static String line(Pod pod) {
    String containers =
        pod.getStatus().getContainerStatuses().stream()
            .map(Workspace::line)
            .collect(Collectors.joining(", "));
    String scheduling =
        pod.getStatus().getConditions().stream()
            .filter(c -> c.getMessage() != null)
            .map(c -> c.getType() + "=" + c.getStatus() + ": " + c.getMessage())
            .collect(Collectors.joining("; "));
    return "%s %s%s [%s] %s"
        .formatted(
            pod.getMetadata().getName(),
            pod.getStatus().getPhase(),
            pod.getMetadata().getDeletionTimestamp() == null ? "" : " (terminating)",
            containers,
            scheduling);
  }

  private static String line(ContainerStatus status) {
    var state = status.getState();
    String how =
        state.getRunning() != null
            ? "running"
            : state.getWaiting() != null
                ? state.getWaiting().getReason() + " " + state.getWaiting().getMessage()
                : state.getTerminated() != null
                    ? "ended with " + state.getTerminated().getExitCode()
                    : "unknown";
    return status.getName() + " " + how + ", restarts " + status.getRestartCount();
  }

  /** The cluster it is in. */
  public Cluster cluster() {
    return cluster;
  }

  private KubernetesClient api() {
    return cluster.client();
  }
}
