package dev.acceld.e2e.scenario;

import dev.acceld.e2e.kube.Cluster;
import dev.acceld.fake.contract.ApiServerAccess;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The cluster's API server as the contract of the fake one wants it. */
final class RealApiServer {
  private RealApiServer() {}

  /** With the administrator's token. */
  static ApiServerAccess of(Cluster cluster) throws IOException {
    Config config = cluster.client().getConfiguration();
    return ApiServerAccess.secured(
        URI.create(config.getMasterUrl()),
        config.getOauthToken(),
        Files.readString(Path.of(config.getCaCertFile())));
  }
}
