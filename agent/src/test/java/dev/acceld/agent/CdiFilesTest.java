package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.fake.ClaimId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stranger at the CDI files of a running agent. */
class CdiFilesTest {
  /** Far less than the minute and more after which the janitor comes by again. */
  private static final Duration SOON = Duration.ofSeconds(25);

  private AgentStage stage;
  private ClaimId claim;
  private Path file;
  private byte[] content;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    stage.ready("a0", Map.of());
    claim = stage.claim("pod-1");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    file = stage.cdiDir().resolve(AgentStage.DRIVER + "-claim_" + claim.uid() + ".json");
    content = Files.readAllBytes(file);
    Thread.sleep(3000); // the janitor's first round is over; the next one is minutes away
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void isBack() {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(Files.readAllBytes(file)).isEqualTo(content));
  }

  @Test
  void whatIsRemovedOrChangedIsPutBack() throws Exception {
    for (int i = 0; i < 3; i++) {
      Files.delete(file);
      isBack();
    }
    Files.writeString(file, "{}");
    isBack();
    Files.writeString(file, " ", StandardOpenOption.APPEND);
    isBack();

    assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");
    assertThat(file).doesNotExist();
  }

  @Test
  void theDriversFilesArePutBackToo() throws Exception {
    assertThat(Files.readString(file)).as("the claim's own").doesNotContain("libcuda");
    file = shared();
    content = Files.readAllBytes(file);
    assertThat(new String(content, StandardCharsets.UTF_8)).contains("libcuda");
    for (int i = 0; i < 3; i++) {
      Files.delete(file);
      isBack();
    }
    Files.writeString(file, "{}");
    isBack();
  }

  private Path shared() throws Exception {
    try (var files = Files.list(stage.cdiDir())) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(AgentStage.DRIVER + "-driver_"))
          .findAny()
          .orElseThrow();
    }
  }

  @Test
  void theDirectoryGoesAndComesBack() throws Exception {
    Path shared = shared();
    Files.delete(file);
    Files.delete(shared);
    Files.delete(stage.cdiDir());
    isBack();
    await().atMost(SOON).until(() -> Files.exists(shared));

    Path moved = stage.dir.resolve("moved");
    Files.move(stage.cdiDir(), moved);
    isBack();
    Files.delete(file);
    isBack(); // the new directory is watched, too

    for (int i = 0; i < 3; i++) { // at once, at whatever the watch is about to do
      Files.move(stage.cdiDir(), stage.dir.resolve("again-" + i));
      Files.createDirectory(stage.cdiDir());
      isBack();
    }
  }
}
