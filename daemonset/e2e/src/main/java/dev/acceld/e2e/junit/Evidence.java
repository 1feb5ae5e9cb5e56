package dev.acceld.e2e.junit;

import dev.acceld.e2e.kube.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What pods said, for whoever reads why a test failed. */
final class Evidence {
  private Evidence() {}

  /** Logs of all pods that the API server can still give. */
  static void podLogs(Cluster cluster, Path directory) throws IOException {
    for (Pod pod : cluster.client().pods().inAnyNamespace().list().getItems()) {
      String namespace = pod.getMetadata().getNamespace();
      String name = pod.getMetadata().getName();
      try {
        String log = cluster.client().pods().inNamespace(namespace).withName(name).getLog();
        Files.writeString(directory.resolve(namespace + "." + name + ".pod.log"), log);
      } catch (KubernetesClientException e) {
        // It has not started: what the API says about it is in objects.txt.
      }
    }
  }
}
