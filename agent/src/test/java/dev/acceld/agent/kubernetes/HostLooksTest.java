package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What readiness says of the host's directories, also while they do not answer. */
@Timeout(120)
class HostLooksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void aMountThatHangsIsNotKnownToBeWritableAndKeepsNobodyWaiting() throws Exception {
    HungDisk disk = new HungDisk();
    Path cdi = Files.createDirectory(dir.resolve("cdi"));
    Path kubelet = Files.createDirectory(dir.resolve("kubelet"));
    try (HostLooks looks = new HostLooks(disk.path(cdi), disk.path(kubelet), List::of)) {
      looks.start();
      assertThat(looks.cdi().ok()).isTrue();
      assertThat(looks.cdi().sentence()).isEqualTo(cdi + " is writable");
      assertThat(looks.waiting()).contains("no kubelet has run with the root directory " + kubelet);

      disk.hang();
      await().atMost(PATIENCE).until(() -> !looks.cdi().ok());
      assertThat(looks.cdi().sentence()).contains("whether " + cdi + " is writable is not known");
      assertThat(looks.cdi().required()).isFalse();
      await().atMost(PATIENCE).until(() -> looks.waiting().contains("is not known"));

      disk.goOn();
      await().atMost(PATIENCE).until(() -> looks.cdi().ok());
      Files.delete(cdi);
      await().atMost(PATIENCE).until(() -> !looks.cdi().ok());
      assertThat(looks.cdi().sentence()).contains("there is no directory " + cdi, "--cdi-dir");
      Files.createDirectories(kubelet.resolve("pod-resources"));
      Files.createFile(kubelet.resolve("pod-resources/kubelet.sock"));
      await().atMost(PATIENCE).until(() -> looks.waiting().contains("--root-dir"));
    }
  }
}
