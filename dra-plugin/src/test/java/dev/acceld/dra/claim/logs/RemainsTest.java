package dev.acceld.dra.claim.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a container may leave in a directory that it could write to. */
@Timeout(60)
class RemainsTest {
  @TempDir Path dir;
  private Path gone;
  private Path outside;

  @BeforeEach
  void make() throws IOException {
    gone = Files.createDirectory(dir.resolve("gone"));
    outside = Files.createDirectory(dir.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
  }

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static void outsideIsUntouched(Path outside) throws IOException {
    assertThat(outside.resolve("precious")).hasContent("x");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void linksAreRemovedAndNotFollowed() throws Exception {
    Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(gone.resolve("dir"), outside);
    Files.createSymbolicLink(gone.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(gone.resolve("file"), outside.resolve("precious"));
    Files.createSymbolicLink(gone.resolve("itself"), Path.of("itself"));
    Path sub = Files.createDirectory(gone.resolve("sub"));
    Files.createSymbolicLink(sub.resolve("up"), Path.of("../../outside"));
    Files.createLink(sub.resolve("hard"), outside.resolve("precious"));

    assertThat(Remains.remove(dir, "gone", in(10_000))).isEmpty();

    assertThat(gone).isEmptyDirectory();
    outsideIsUntouched(outside);
  }

  @Test
  void aLinkInPlaceOfTheDirectoryIsNotFollowed() throws Exception {
    Files.createSymbolicLink(dir.resolve("link"), outside);
    assertThatThrownBy(() -> Remains.remove(dir, "link", in(10_000)))
        .isInstanceOf(IOException.class);
    assertThat(outside.resolve("precious")).exists();
  }

  @Test
  void whatIsNotThereIsRemoved() throws Exception {
    assertThat(Remains.remove(dir, "nothing", in(10_000))).isEmpty();
  }

  /** Somebody swaps directories for links while they are removed. */
  @Test
  void linksThatComeInTheMeantimeAreNotFollowed() throws Exception {
    Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
    AtomicBoolean stop = new AtomicBoolean();
    Thread hostile =
        Thread.ofPlatform()
            .start(() -> {
              while (!stop.get()) {
                Path one = gone.resolve(UUID.randomUUID().toString());
                try {
                  Files.createDirectory(one);
                  Files.createFile(one.resolve("precious"));
                  Files.move(one, one.resolveSibling(one.getFileName() + "-away"));
                  Files.createSymbolicLink(one, outside);
                } catch (IOException e) {
                  // removed already
                }
              }
            });
    try {
      long end = in(700);
      while (System.nanoTime() < end) {
        assertThat(Remains.remove(dir, "gone", in(50))).isNotNull();
      }
    } finally {
      stop.set(true);
      hostile.join();
    }
    assertThat(Remains.remove(dir, "gone", in(20_000))).isEmpty();
    assertThat(gone).isEmptyDirectory();
    outsideIsUntouched(outside);
  }

  /** Deeper than a path may be long, or a thread's stack, or a process's open files. */
  @Test
  void depthCostsNothing() throws Exception {
    Path name = Path.of("d");
    try (var first = Files.newDirectoryStream(gone)) {
      for (int i = 0; i < 3_000; i++) {
        // Made from the inside out, as with mkdir and cd.
        Path next = Files.createDirectory(gone.resolve("next"));
        if (Files.exists(gone.resolve(name))) {
          Files.move(gone.resolve(name), next.resolve(name));
        }
        ((SecureDirectoryStream<Path>) first)
            .move(Path.of("next"), (SecureDirectoryStream<Path>) first, name);
      }
    }
    assertThat(Remains.remove(dir, "gone", in(20_000))).isEmpty();
    assertThat(gone).isEmptyDirectory();
  }

  @Test
  void theTimeIsKeptAndTheRestGoesLater() throws Exception {
    Path many = Files.createDirectory(gone.resolve("many"));
    for (int i = 0; i < 300; i++) {
      Files.createFile(many.resolve("f" + i));
    }
    assertThat(Remains.remove(dir, "gone", in(-1))).as("no trouble, only no time").isEmpty();
    assertThat(many).isNotEmptyDirectory();
    for (int i = 0; i < 400 && Files.exists(many, LinkOption.NOFOLLOW_LINKS); i++) {
      assertThat(Remains.remove(dir, "gone", in(-1))).isEmpty();
    }
    assertThat(gone).as("each look removes something").isEmptyDirectory();
  }
}
