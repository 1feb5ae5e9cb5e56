package dev.acceld.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** An answer is printed again when it has changed. */
class WatchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Queue<String> answers = new ConcurrentLinkedQueue<>();
  private volatile String last = "";

  /** The next answer; the last one stays. A question mark is none. */
  private String next() throws IOException {
    String next = answers.poll();
    if (next != null) {
      last = next;
    }
    if (last.equals("?")) {
      throw new IOException("no agent runs there");
    }
    return last + "\n";
  }

  private void watch(String... all) throws Exception {
    answers.addAll(java.util.List.of(all));
    Watch watch =
        new Watch(this::next, Duration.ofMillis(5), new PrintWriter(out), new PrintWriter(err));
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                watch.run();
              } catch (IOException e) {
                out.append("refused");
              }
            });
    await().until(answers::isEmpty);
    await().until(() -> out.toString().endsWith(last + "\n"));
    thread.interrupt();
    thread.join();
  }

  @Test
  void onlyWhatHasChangedIsPrinted() throws Exception {
    watch("a", "a", "b", "b", "b", "c");
    assertThat(out.toString()).isEqualTo("a\n\nb\n\nc\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whileThereIsNoAgentItIsSaidOnceAndGoesOn() throws Exception {
    watch("a", "?", "?", "?", "a");
    assertThat(err.toString()).isEqualTo("acceld: waiting: no agent runs there\n");
    assertThat(out.toString()).isEqualTo("a\n\na\n");
  }

  @Test
  void withoutAFirstAnswerItFails() {
    last = "?";
    Watch watch =
        new Watch(this::next, Duration.ofMillis(5), new PrintWriter(out), new PrintWriter(err));
    assertThatThrownBy(watch::run).hasMessageContaining("no agent runs there");
  }
}
