package dev.acceld.e2e.components;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DebianMirrorTest {
  @Test
  void readsBothFormatsOfApt() {
    assertThat(DebianMirror.in("deb [arch=amd64] https://mirror.example/debian/ trixie main"))
        .contains("https://mirror.example/debian");
    assertThat(
            DebianMirror.in(
                """
                Types: deb
                # URIs: http://old.example/debian
                URIs: http://mirror.example/debian
                Suites: trixie
                """))
        .contains("http://mirror.example/debian");
  }

  @Test
  void takesNeitherSecurityNorThirdPartiesNorSources() {
    assertThat(
            DebianMirror.in(
                """
                deb http://security.example/debian-security trixie-security main
                deb http://archive.example/ubuntu noble main
                deb-src http://mirror.example/debian trixie main
                # deb http://mirror.example/debian trixie main
                """))
        .isEmpty();
  }
}
