package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Controller;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Waits for the steps of a start, all of them within one time, and says which did not happen. */
final class Readiness {
  private final BooleanSupplier alive;
  private final Path logs;
  private final Instant deadline;

  Readiness(BooleanSupplier alive, Path logs, Duration most) {
    this.alive = alive;
    this.logs = logs;
    this.deadline = Instant.now().plus(most);
  }

  void await(String what, BooleanSupplier there) {
    while (!there.getAsBoolean()) {
      if (!alive.getAsBoolean()) {
        throw new IllegalStateException(
            "the cluster ended before " + what + " was there; last words:\n" + lastWords());
      }
      if (Instant.now().isAfter(deadline)) {
        throw new IllegalStateException(
            "no sign of " + what + " in time; last words in " + logs + ":\n" + lastWords());
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      }
    }
  }

  boolean apiServer(Config access) {
    try (KubernetesClient client = client(access)) {
      String answer = client.raw("/readyz");
      return answer != null && answer.strip().equals("ok");
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  /** Whether that many nodes are ready. */
  boolean nodes(Config access, int wanted) {
    try (KubernetesClient client = client(access)) {
      long ready =
          client.nodes().list().getItems().stream()
              .flatMap(node -> node.getStatus().getConditions().stream())
              .filter(c -> c.getType().equals("Ready") && c.getStatus().equals("True"))
              .count();
      return ready == wanted
          && client.serviceAccounts().inNamespace("default").withName("default").get() != null;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  /** Whether the API server would reach that controller's webhooks on that node. */
  boolean webhooks(Node node, Controller controller) {
    String url = "https://" + Place.FIRST_ADDRESS + ":" + controller.webhookPort();
    return node.command("curl", "-s", "--cacert", "/e2e/pki/ca.crt", url).now().ok();
  }

  /** One that gives up at once: the waiting is done here. */
  private static KubernetesClient client(Config access) {
    Config impatient =
        new ConfigBuilder(access)
            .withRequestRetryBackoffLimit(0)
            .withRequestTimeout(5_000)
            .withConnectionTimeout(2_000)
            .build();
    return new KubernetesClientBuilder().withConfig(impatient).build();
  }

  private String lastWords() {
    StringBuilder words = new StringBuilder();
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        if (file.getFileName().toString().equals("audit.log")) {
          continue;
        }
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(Math.max(0, lines.size() - 3), lines.size())) {
          words.append(logs.relativize(file)).append(": ").append(line).append('\n');
        }
      }
    } catch (IOException e) {
      words.append(e);
    }
    return words.toString();
  }
}
