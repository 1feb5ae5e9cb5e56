package dev.acceld.dra.cluster.http;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a kubeconfig leads to a server, before fabric8 reads it: fabric8 takes a file
 * without a usable context for the address that pods have, and puts {@code http://} before an
 * address that it does not understand.
 */
final class KubeconfigCheck {
  private KubeconfigCheck() {}

  /** Throws what is wrong with the file, in one sentence that names it. */
  static void check(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IOException(
          "the kubeconfig "
              + file
              + (Files.isDirectory(file)
                  ? " is a directory"
                  : Files.exists(file) ? " is not readable for this user" : " does not exist")
              + "; set another with --kubeconfig");
    }
    Config parsed = parsed(file);
    if (parsed == null || parsed.getContexts() == null || parsed.getContexts().isEmpty()) {
      throw new IOException(
          file + " is not a kubeconfig with contexts; 'kubectl config view --raw' prints one");
    }
    String address = address(parsed, context(parsed, file), file);
    if (!isAddress(address)) {
      throw new IOException(
          "the server '"
              + address
              + "' of kubeconfig "
              + file
              + " is not an address such as https://10.0.0.1:6443");
    }
  }

  private static @Nullable Config parsed(Path file) {
    try {
      return KubeConfigUtils.parseConfig(file.toFile());
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static NamedContext context(Config parsed, Path file) throws IOException {
    String current = parsed.getCurrentContext();
    List<NamedContext> named =
        parsed.getContexts().stream().filter(c -> c != null && c.getName() != null).toList();
    return named.stream()
        .filter(c -> c.getName().equals(current))
        .findFirst()
        .orElseThrow(() ->
            new IOException(
                (current == null || current.isEmpty()
                        ? "the kubeconfig " + file + " has no current-context"
                        : "the current-context '"
                            + current
                            + "' of kubeconfig "
                            + file
                            + " does not exist")
                    + "; there are: "
                    + named.stream().map(NamedContext::getName).toList()));
  }

  private static String address(Config parsed, NamedContext context, Path file) throws IOException {
    String cluster = context.getContext() == null ? null : context.getContext().getCluster();
    List<NamedCluster> clusters = parsed.getClusters() == null ? List.of() : parsed.getClusters();
    Optional<String> server =
        clusters.stream()
            .filter(c -> c != null && c.getName() != null && c.getName().equals(cluster))
            .flatMap(c -> Optional.ofNullable(c.getCluster()).stream())
            .flatMap(c -> Optional.ofNullable(c.getServer()).stream())
            .findFirst();
    return server.orElseThrow(() ->
        new IOException(
            "the context '"
                + context.getName()
                + "' of kubeconfig "
                + file
                + (cluster == null
                    ? " names no cluster, so it has no server"
                    : " names the cluster '" + cluster + "', which has no server in this file")));
  }

  private static boolean isAddress(String text) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
