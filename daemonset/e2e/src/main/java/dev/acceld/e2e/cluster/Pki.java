package dev.acceld.e2e.cluster;

import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A certificate authority and what it signed: made once a cluster directory, good for ten years.
 */
final class Pki {
  private static final String NAMES =
      "IP:127.0.0.1,IP:10.77.0.2,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,"
          + "DNS:kubernetes.default.svc";

  private final Path directory;

  Pki(Path directory) {
    this.directory = directory;
  }

  Path authority() {
    return directory.resolve("ca.crt");
  }

  /** What that node needs to be one; made once, like the rest. */
  void ensure(Place node) throws IOException {
    if (!Files.exists(directory.resolve(node.identity() + ".kubeconfig"))) {
      sign(
          node.identity(),
          "/O=system:nodes/CN=system:node:" + node.name(),
          "IP:" + node.address() + ",DNS:" + node.name());
    }
  }

  /**
   * A server's certificate for webhooks on node 1, in a directory of its own under the names that
   * controllers expect.
   */
  void ensureWebhooks() throws IOException {
    Path files = directory.resolve("webhooks");
    if (!Files.exists(files.resolve("tls.crt"))) {
      sign("webhooks", "/CN=webhooks", "IP:" + Place.FIRST_ADDRESS);
      Files.createDirectories(files);
      Files.copy(
          directory.resolve("webhooks.key"),
          files.resolve("tls.key"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.copy(directory.resolve("webhooks.crt"), files.resolve("tls.crt"));
    }
  }

  void ensure() throws IOException {
    Path complete = directory.resolve(".complete");
    if (Files.exists(complete)) {
      return;
    }
    Files.createDirectories(directory);
    key("ca");
    openssl(
        "req",
        "-x509",
        "-days",
        "3650",
        "-key",
        "ca.key",
        "-subj",
        "/CN=acceld-e2e",
        "-out",
        "ca.crt");
    openssl("genrsa", "-out", "sa.key", "2048");
    sign("apiserver", "/CN=kube-apiserver", NAMES);
    sign("admin", "/O=system:masters/CN=admin", "DNS:admin");
    sign("scheduler", "/CN=system:kube-scheduler", "DNS:scheduler");
    sign("controllers", "/CN=system:kube-controller-manager", "DNS:controllers");
    Files.writeString(complete, "");
  }

  private void key(String name) {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", name + ".key");
  }

  private void sign(String name, String subject, String alternatives) throws IOException {
    key(name);
    openssl("req", "-new", "-key", name + ".key", "-subj", subject, "-out", name + ".csr");
    Files.writeString(directory.resolve(name + ".ext"), "subjectAltName=" + alternatives + "\n");
    openssl(
        "x509",
        "-req",
        "-days",
        "3650",
        "-in",
        name + ".csr",
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-extfile",
        name + ".ext",
        "-out",
        name + ".crt");
    Files.writeString(
        directory.resolve(name + ".kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: e2e
            cluster: {server: "https://10.77.0.2:443", certificate-authority: /e2e/pki/ca.crt}
        users:
          - name: me
            user: {client-certificate: /e2e/pki/%1$s.crt, client-key: /e2e/pki/%1$s.key}
        contexts:
          - name: e2e
            context: {cluster: e2e, user: me}
        current-context: e2e
        """
            .formatted(name));
  }

  private void openssl(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "openssl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Run.of(command).in(directory).output();
  }
}
