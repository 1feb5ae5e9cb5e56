package dev.acceld.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JDK the programs of the source tree take. */
class JdkTest {
  @TempDir Path dir;

  @Test
  void theOneThatIsNamedIsTaken() throws Exception {
    Path jdk = jdk("25.0.1");
    assertThat(ask(jdk)).isEqualTo("0 " + jdk + "\n");
  }

  @Test
  void anotherVersionIsRefused() throws Exception {
    Path jdk = jdk("21.0.4");
    assertThat(ask(jdk))
        .startsWith("1 acceld: ACCELD_JAVA is " + jdk + ", which is version 21.0.4; ")
        .contains("directory of a JDK 25, or unset it");
  }

  @Test
  void whatIsNoJdkIsRefused() throws Exception {
    assertThat(ask(dir)).contains("ACCELD_JAVA is " + dir + ", which has no bin/java");
    Path missing = dir.resolve("missing");
    assertThat(ask(missing)).contains("ACCELD_JAVA is " + missing + ", which is no directory");
  }

  private Path jdk(String version) throws Exception {
    Path jdk = Files.createDirectories(dir.resolve(version));
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, "");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private static String ask(Path jdk) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bin/jdk25").redirectErrorStream(true);
    builder.environment().put("ACCELD_JAVA", jdk.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said;
  }
}
