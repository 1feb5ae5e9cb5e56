package dev.acceld.agent.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An agent is asked again and again, whatever happens to it. */
class PollerTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger changes = new AtomicInteger();

  private Poller poller(Poller.Ask ask, Duration every) {
    return new Poller("test", ask, every, nanos::get, changes::incrementAndGet);
  }

  private static ObjectNode answer(String text) {
    return JsonNodeFactory.instance.objectNode().put("text", text);
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void anAnswerHasAnAgeAndNoControlCharacters() {
    try (Poller poller = poller(() -> answer("a\u001bb"), Duration.ofHours(1))) {
      poller.start();
      await().until(() -> changes.get() == 1);
      pass(7);
      Poller.Seen seen = poller.now();
      assertThat(seen.answer().path("text").asText()).isEqualTo("a\\u001bb");
      assertThat(seen.ageSeconds()).isEqualTo(7);
      assertThat(seen.waiting()).isEmpty();
    }
  }

  @Test
  void whileNoAgentAnswersTheLastAnswerStaysAndTheReasonIsTold() {
    AtomicInteger asked = new AtomicInteger();
    Poller.Ask ask =
        () -> {
          int n = asked.incrementAndGet();
          if (n > 1 && n < 4) {
            throw new IOException("no agent runs there");
          }
          return answer(n == 1 ? "first" : "new");
        };
    try (Poller poller = poller(ask, Duration.ofHours(1))) {
      poller.start();
      await().until(() -> changes.get() == 1);
      for (int n = 2; n <= 3; n++) {
        int wanted = n;
        pass(5);
        poller.askNow();
        await().until(() -> changes.get() == wanted);
      }
      Poller.Seen seen = poller.now();
      assertThat(seen.answer().path("text").asText()).isEqualTo("first");
      assertThat(seen.waiting()).isEqualTo("no agent runs there");
      assertThat(seen.waitingSeconds()).as("since the first refusal").isEqualTo(5);
      assertThat(seen.ageSeconds()).isEqualTo(10);
      poller.askNow();
      await().until(() -> changes.get() == 4);
      assertThat(poller.now().waiting()).isEmpty();
      assertThat(poller.now().answer().path("text").asText()).isEqualTo("new");
    }
  }

  @Test
  void anAgentThatHangsIsNamedAndHoldsUpNobody() {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Poller.Ask ask =
        () -> {
          asked.countDown();
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new IOException("closed");
        };
    try (Poller poller = poller(ask, Duration.ofSeconds(1))) {
      poller.start();
      await().until(() -> asked.getCount() == 0);
      assertThat(poller.now().waiting()).isEmpty();
      pass(30);
      assertThat(poller.now().waiting()).contains("does not respond");
      assertThat(poller.now().waitingSeconds()).isEqualTo(30);
    }
  }

  @Test
  void halfAnAnswerIsNoEnd() {
    AtomicInteger asked = new AtomicInteger();
    Poller.Ask ask =
        () -> {
          if (asked.incrementAndGet() == 1) {
            throw new IllegalStateException("torn");
          }
          return answer("whole");
        };
    try (Poller poller = poller(ask, Duration.ofHours(1))) {
      poller.start();
      await().until(() -> changes.get() == 1);
      assertThat(poller.now().waiting()).contains("torn");
      poller.askNow();
      await().until(() -> changes.get() == 2);
      assertThat(poller.now().answer().path("text").asText()).isEqualTo("whole");
    }
  }
}
