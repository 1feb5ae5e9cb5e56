package dev.acceld.e2e.junit;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the person who starts the tests can choose. System properties, set by Maven's {@code -D}.
 */
record Suite(Optional<Path> kubeconfig, boolean required, Path output) {
  static Suite chosen() {
    String named = System.getProperty("acceld.e2e.kubeconfig", "");
    if (named.isEmpty()) {
      named = System.getenv().getOrDefault("ACCELD_E2E_KUBECONFIG", "");
    }
    return new Suite(
        named.isEmpty() ? Optional.empty() : Optional.of(Path.of(named).toAbsolutePath()),
        Boolean.parseBoolean(System.getProperty("acceld.e2e.required", "true")),
        Path.of(System.getProperty("acceld.e2e.output", "target/e2e")).toAbsolutePath());
  }
}
