package dev.acceld.agent.web;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.acceld.agent.web.BasicAuth.Login;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicAuthTest {
  /** Of "fakepassword"; written by another program. */
  private static final String FOREIGN =
      "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

  private static String hash(BCrypt.Version version, String password) {
    return BCrypt.with(version).hashToString(4, password.toCharArray());
  }

  private static Login login(String user, String password) {
    String both =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return BasicAuth.login("Basic " + both).orElseThrow();
  }

  @Test
  void whatAnotherProgramHashedIsRight() {
    BasicAuth users = new BasicAuth(Map.of("a", FOREIGN));
    assertThat(users.check(login("a", "fakepassword"))).isTrue();
    assertThat(users.check(login("a", "fakepasswort"))).isFalse();
  }

  @Test
  void allSpellingsOfBcrypt() {
    for (BCrypt.Version version :
        new BCrypt.Version[] {
          BCrypt.Version.VERSION_2A, BCrypt.Version.VERSION_2B, BCrypt.Version.VERSION_2Y
        }) {
      BasicAuth users = new BasicAuth(Map.of("a", hash(version, "pä:ss")));
      assertThat(users.check(login("a", "pä:ss"))).isTrue();
    }
  }

  @Test
  void anAnswerIsRememberedForThatUserAndPasswordOnly() {
    BasicAuth users =
        new BasicAuth(
            Map.of(
                "a", hash(BCrypt.Version.VERSION_2Y, "1"),
                "b", hash(BCrypt.Version.VERSION_2Y, "2")));
    assertThat(users.remembered(login("a", "1"))).isEmpty();
    assertThat(users.check(login("a", "1"))).isTrue();
    assertThat(users.check(login("b", "1"))).isFalse();
    assertThat(users.remembered(login("a", "1"))).hasValue(true);
    assertThat(users.remembered(login("b", "1"))).hasValue(false);
    assertThat(users.remembered(login("a", "2"))).isEmpty();
    assertThat(users.remembered(login("b", "2"))).isEmpty();
  }

  /** Who guesses does not make the right one forgotten. */
  @Test
  void manyWrongPasswordsAreForgottenAndTheRightOneIsNot() {
    BasicAuth users = new BasicAuth(Map.of("a", hash(BCrypt.Version.VERSION_2Y, "1")));
    users.check(login("a", "1"));
    users.check(login("a", "first wrong"));
    for (int i = 0; i < 300; i++) {
      assertThat(users.check(login("a", "wrong " + i))).isFalse();
    }
    assertThat(users.remembered(login("a", "1"))).hasValue(true);
    assertThat(users.remembered(login("a", "first wrong"))).isEmpty();
    assertThat(users.remembered(login("a", "wrong 299"))).hasValue(false);
  }

  @Test
  void aUserWhoDoesNotExistIsWrongEvenWithAnothersPassword() {
    BasicAuth users = new BasicAuth(Map.of("a", hash(BCrypt.Version.VERSION_2Y, "1")));
    assertThat(users.check(login("nobody", "1"))).isFalse();
    assertThat(users.remembered(login("nobody", "1"))).hasValue(false);
  }

  @Test
  void longPasswordsCountUpToBcryptsLimitAsElsewhere() {
    String hash = hash(BCrypt.Version.VERSION_2Y, "x".repeat(70));
    BasicAuth users = new BasicAuth(Map.of("a", hash));
    assertThat(users.check(login("a", "x".repeat(70)))).isTrue();
    assertThat(users.check(login("a", "x".repeat(200)))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Basic", "Basic ", "Basic !!", "Basic YQ==", "Bearer abc", "Digest x"})
  void whatIsNoLogin(String header) {
    assertThat(BasicAuth.login(header)).isEmpty();
  }

  @Test
  void theSchemesCaseDoesNotCountAndPasswordsMayHaveColons() {
    Login login = BasicAuth.login("bASIC YTpiOmM=").orElseThrow();
    assertThat(login.user()).isEqualTo("a");
    assertThat(new String(login.password(), StandardCharsets.UTF_8)).isEqualTo("b:c");
    assertThat(login.toString()).isEqualTo("a");
  }
}
