package dev.acceld.image.assembly;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.image.ImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftOutTest {
  @TempDir Path scratch;

  @Test
  void whatOnlyTheFakeControlPlaneUsesCanBeLeftOut() throws IOException {
    Path shipped =
        TestJar.write(
            scratch.resolve("agent.jar"),
            "dev/acceld/agent/Agent>org/kept/Kept",
            "dev/acceld/fake/Server>org/left/Out");
    Path kept =
        TestJar.write(scratch.resolve("kept.jar"), "org/kept/Kept", "org/kept/Rare>org/left/Out");
    Path left = TestJar.write(scratch.resolve("left.jar"), "org/left/Out");

    assertThatCode(() -> LeftOut.check(List.of(shipped, kept), List.of(left)))
        .doesNotThrowAnyException();
  }

  @Test
  void whatAcceldNeedsOnADetourIsNamedWithTheWayToIt() throws IOException {
    Path shipped =
        TestJar.write(scratch.resolve("agent.jar"), "dev/acceld/agent/Agent>org/kept/Kept");
    Path kept = TestJar.write(scratch.resolve("kept.jar"), "org/kept/Kept>org/left/Out");
    Path left = TestJar.write(scratch.resolve("left-1.0.jar"), "org/left/Out");

    assertThatThrownBy(() -> LeftOut.check(List.of(shipped, kept), List.of(left)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("left-1.0.jar")
        .hasMessageContaining("dev/acceld/agent/Agent -> org/kept/Kept -> org/left/Out");
  }
}
