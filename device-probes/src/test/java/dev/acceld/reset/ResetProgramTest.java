package dev.acceld.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResetProgramTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path dir;

  private Path script(String body) throws Exception {
    Path script = Files.writeString(dir.resolve("reset"), "#!/bin/sh\n" + body);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  @Test
  void whatItSaysIsKept() throws Exception {
    Path script = script("echo one; echo two >&2; echo $WHERE; exit 3\n");
    ResetProgram.Ended ended =
        ResetProgram.run(List.of(script.toString()), Map.of("WHERE", "here"), LONG);
    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.output()).containsExactly("one", "two", "here");
  }

  @Test
  void oneThatTakesTooLongIsKilledWithItsChildren() throws Exception {
    Path script = script("echo begun; sleep 600 & echo $! > " + dir + "/child; wait\n");
    assertThatThrownBy(
            () -> ResetProgram.run(List.of(script.toString()), Map.of(), Duration.ofSeconds(2)))
        .isInstanceOf(ResetFailedException.class)
        .hasMessageContaining("has not finished after 2 s and was killed")
        .hasMessageContaining("begun");
    long child = Long.parseLong(Files.readString(dir.resolve("child")).strip());
    for (int i = 0;
        i < 100 && ProcessHandle.of(child).filter(ProcessHandle::isAlive).isPresent();
        i++) {
      Thread.sleep(50);
    }
    assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void oneThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> ResetProgram.run(List.of(dir + "/none"), Map.of(), LONG))
        .isInstanceOf(ResetFailedException.class)
        .hasMessageContaining(dir + "/none cannot be started");
  }

  @Test
  void aQuestionIsNotAnswered() throws Exception {
    Path script = script("read answer || exit 7\n");
    assertThat(ResetProgram.run(List.of(script.toString()), Map.of(), LONG).status()).isEqualTo(7);
  }
}
