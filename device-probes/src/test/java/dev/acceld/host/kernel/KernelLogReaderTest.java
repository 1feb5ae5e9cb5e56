package dev.acceld.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class KernelLogReaderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path dir;
  private Path file;
  private KernelLogReader reader;

  @BeforeEach
  void make() {
    file = dir.resolve("kmsg");
    reader = new KernelLogReader(file);
  }

  @AfterEach
  void close() {
    reader.close();
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private String next() throws InterruptedException {
    return Objects.requireNonNull(reader.take(PATIENCE))
        .record()
        .map(KernelRecord::text)
        .orElse("?");
  }

  @Test
  void aFileIsReadRecordByRecordWhileItGrows() throws Exception {
    append("3,0,1,-;first\n SUBSYSTEM=pci\n DEVICE=+pci:0000:17:00.0\n3,1,2,-;second\n");
    reader.start();
    KernelLogReader.Taken first = Objects.requireNonNull(reader.take(PATIENCE));
    assertThat(first.record().orElseThrow().device()).isPresent();
    assertThat(next()).isEqualTo("second");
    assertThat(reader.take(Duration.ofMillis(300))).isNull();
    append("3,2,3,-;thi");
    assertThat(reader.take(Duration.ofMillis(500))).isNull();
    append("rd\n");
    assertThat(next()).isEqualTo("third");
    assertThat(reader.isOpen()).isTrue();
    assertThat(reader.trouble()).isEmpty();
  }

  @Test
  void aFileThatIsReplacedOrCutIsReadFromItsBeginning() throws Exception {
    append("3,0,1,-;first\n");
    reader.start();
    assertThat(next()).isEqualTo("first");
    Path fresh = dir.resolve("fresh");
    Files.writeString(fresh, "3,7,1,-;replaced\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    KernelLogReader.Taken taken = Objects.requireNonNull(reader.take(PATIENCE));
    assertThat(taken.record().orElseThrow().text()).isEqualTo("replaced");
    assertThat(taken.opening()).isEqualTo(2);
    Files.writeString(file, "3,8,1,-;cut\n");
    assertThat(next()).isEqualTo("cut");
  }

  @Test
  void nonsenseCostsOnlyItself() throws Exception {
    append("\u0000\u0001\u001b[2J\n" + "x".repeat(100_000) + "\n KEY=orphan\n\n3,1,1,-;good\n");
    reader.start();
    assertThat(next()).isEqualTo("?");
    assertThat(next()).isEqualTo("?");
    assertThat(next()).isEqualTo("good");
  }

  @Test
  void whatIsMissingIsSaidAndReadOnceItIsThere() throws Exception {
    reader.start();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (reader.trouble().isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(reader.trouble())
        .contains(file.toString(), "no such file or directory", "--kernel-log", "off");
    assertThat(reader.isOpen()).isFalse();
    append("3,1,1,-;there\n");
    assertThat(next()).isEqualTo("there");
    assertThat(reader.trouble()).isEmpty();
  }

  @Test
  void aDeviceThatIsNoKernelLogIsRefusedWithoutABusyLoop() throws Exception {
    for (String other : List.of("/dev/null", "/dev/zero", dir.toString())) {
      try (KernelLogReader wrong = new KernelLogReader(Path.of(other))) {
        wrong.start();
        int taken = 0;
        while (wrong.trouble().isEmpty()) {
          taken += wrong.take(Duration.ofMillis(20)) == null ? 0 : 1;
        }
        assertThat(taken).isLessThan(2000);
        assertThat(wrong.trouble()).contains(other, "/dev/kmsg");
      }
    }
  }

  @Test
  void anOpenThatHangsIsSaidAndDoesNotKeepTheAgentFromLeaving() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    KernelLogReader hangs = new KernelLogReader(file, Duration.ofMillis(200));
    hangs.start();
    while (hangs.trouble().isEmpty()) {
      assertThat(hangs.take(Duration.ofMillis(20))).isNull();
    }
    assertThat(hangs.trouble()).contains("has not opened", file.toString(), "/dev/kmsg");
    hangs.close();
    Files.newOutputStream(file).close(); // its thread ends
  }

  @Test
  void theLogOfThisMachineIsReadAndTheWaitForMoreEnds() throws Exception {
    Path real = Path.of("/dev/kmsg");
    assumeTrue(Files.isReadable(real), "/dev/kmsg cannot be read here");
    KernelLogReader machine = new KernelLogReader(real);
    machine.start();
    List<KernelRecord> records = new ArrayList<>();
    KernelLogReader.Taken taken = machine.take(Duration.ofSeconds(2));
    assumeTrue(machine.trouble().isEmpty(), machine.trouble());
    while (taken != null) {
      records.add(taken.record().orElseThrow());
      taken = machine.take(Duration.ofMillis(500));
    }
    assertThat(records).isNotEmpty();
    for (int i = 1; i < records.size(); i++) {
      assertThat(records.get(i).sequence()).isGreaterThan(records.get(i - 1).sequence());
    }
    long began = System.nanoTime();
    machine.close(); // its thread waits in the kernel
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
  }
}
