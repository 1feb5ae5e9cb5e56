package dev.acceld.e2e.components;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoModTest {
  private static final String UPSTREAM =
      """
      // comment
      module k8s.io/kubernetes

      go 1.26.0

      godebug default=go1.26

      require (
      \tgithub.com/a/b v1.2.3
      \tk8s.io/klog/v2 v2.140.0
      \tk8s.io/kube-openapi v0.0.0-20260317180543-43fb72c5454a
      )

      require (
      \tgithub.com/c/d v0.1.0 // indirect
      \tk8s.io/api v0.0.0
      \tk8s.io/cri-api v0.0.0 // indirect
      )

      replace (
      \tk8s.io/api => ./staging/src/k8s.io/api
      \tk8s.io/cri-api => ./staging/src/k8s.io/cri-api
      )
      """;

  @Test
  void stagingModulesAreTakenAsPublished() {
    assertThat(GoMod.of("1.37.1", UPSTREAM).lines())
        .contains(
            "require k8s.io/kubernetes v1.37.1",
            "require k8s.io/api v0.37.1",
            "require k8s.io/cri-api v0.37.1",
            "replace k8s.io/api => k8s.io/api v0.37.1",
            "replace k8s.io/cri-api => k8s.io/cri-api v0.37.1")
        .noneMatch(line -> line.contains("./staging"))
        .noneMatch(line -> line.endsWith(" v0.0.0"));
  }

  @Test
  void everythingElseKeepsItsVersion() {
    assertThat(GoMod.of("1.37.1", UPSTREAM).lines())
        .contains(
            "go 1.26.0",
            "godebug default=go1.26",
            "require github.com/a/b v1.2.3",
            "require github.com/c/d v0.1.0 // indirect",
            "require k8s.io/klog/v2 v2.140.0",
            "require k8s.io/kube-openapi v0.0.0-20260317180543-43fb72c5454a");
  }
}
