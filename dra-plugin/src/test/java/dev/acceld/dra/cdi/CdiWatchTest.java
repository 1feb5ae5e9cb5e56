package dev.acceld.dra.cdi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.cdi.CdiWatch.Answer;
import dev.acceld.dra.cdi.CdiWatch.Changes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a watch names. */
class CdiWatchTest {
  private static final long PATIENCE_SECONDS = 20;

  @TempDir Path root;
  private Path dir;
  private CdiDirectory cdi;
  private CdiWatch watch;
  private final BlockingQueue<Changes> told = new LinkedBlockingQueue<>();
  private final AtomicReference<Answer> answer = new AtomicReference<>(new Answer(false, Set.of()));
  private final AtomicReference<@Nullable CountDownLatch> busy = new AtomicReference<>();

  @BeforeEach
  void watch() throws Exception {
    dir = Files.createDirectory(root.resolve("cdi"));
    cdi = new CdiDirectory(dir);
    Files.writeString(dir.resolve("before.json"), "{}");
    watch =
        CdiWatch.start(
            dir,
            what -> {
              CountDownLatch until = busy.getAndSet(null); // before the test goes on
              told.add(what);
              if (until != null) {
                until.await();
              }
              return answer.getAndSet(new Answer(false, Set.of()));
            });
    assertThat(next()).isInstanceOf(Changes.Everything.class);
  }

  @AfterEach
  void close() {
    watch.close();
  }

  private Changes next() throws InterruptedException {
    Changes what = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(what).isNotNull();
    return what;
  }

  private void write(String name) throws Exception {
    cdi.write(name, "{}".getBytes(UTF_8));
  }

  /** All names until that one has been told. */
  private Set<String> namesUntil(String last) throws InterruptedException {
    Set<String> names = new HashSet<>();
    while (!names.contains(last)) {
      names.addAll(((Changes.Files) next()).names());
    }
    return names;
  }

  @Test
  void whatIsWrittenRemovedOrChangedIsNamedAndNothingElse() throws Exception {
    write("a.json");
    assertThat(namesUntil("a.json")).containsExactly("a.json");
    Files.writeString(dir.resolve("a.json"), "changed");
    assertThat(namesUntil("a.json")).containsExactly("a.json");
    Files.delete(dir.resolve("a.json"));
    assertThat(namesUntil("a.json")).containsExactly("a.json");
    for (int i = 0; i < 50; i++) {
      write(i + ".json");
    }
    assertThat(namesUntil("49.json")).hasSize(50);
    Thread.sleep(2500); // quiet: the directory's time has changed since, and that was told
    assertThat(told).isEmpty();
  }

  @Test
  void lostEventsAreEverything() throws Exception {
    CountDownLatch until = new CountDownLatch(1);
    busy.set(until);
    write("first.json");
    assertThat(next()).isEqualTo(new Changes.Files(Set.of("first.json")));
    for (int i = 0; i < 800; i++) { // the JDK keeps 512 events
      Files.createFile(dir.resolve(i + ".json"));
    }
    Thread.sleep(500); // the JDK's own thread reads them
    until.countDown();
    assertThat(next()).isInstanceOf(Changes.Everything.class);
  }

  @Test
  void anotherDirectoryInItsPlaceIsEverything() throws Exception {
    Files.move(dir, root.resolve("away"));
    assertThat(next()).isInstanceOf(Changes.Everything.class);
    Files.createDirectory(dir);
    assertThat(next()).isInstanceOf(Changes.Everything.class);
    told.clear();
    write("a.json");
    Changes what = next();
    while (!what.equals(new Changes.Files(Set.of("a.json")))) {
      assertThat(what).isInstanceOf(Changes.Everything.class);
      write("a.json");
      what = next();
    }
  }

  @Test
  void whatCouldNotBeLookedAtIsToldAgain() throws Exception {
    answer.set(new Answer(false, Set.of("a.json")));
    write("b.json");
    assertThat(List.of(next(), next()))
        .containsExactly(new Changes.Files(Set.of("b.json")), new Changes.Files(Set.of("a.json")));
  }
}
