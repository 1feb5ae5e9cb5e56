package dev.acceld.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.web.WebAccessSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several scrapes at once cost one. */
@Timeout(60)
class SharedRepliesTest {

  @Test
  void whoAskedBeforeItWasDoneSharesItAndWhoAskedLaterDoesNot() {
    SharedReplies shared = new SharedReplies();
    AtomicInteger made = new AtomicInteger();
    long before = System.nanoTime();
    Reply first = shared.get("a", before, () -> Reply.text(200, "1" + made.incrementAndGet()));
    assertThat(shared.get("a", before, () -> Reply.text(200, "2"))).isSameAs(first);
    assertThat(shared.get("b", before, () -> Reply.text(200, "3"))).isNotSameAs(first);
    assertThat(shared.get("a", System.nanoTime() + 1, () -> Reply.text(200, "4")))
        .isNotSameAs(first);
    shared.forget();
    assertThat(shared.get("a", before, () -> Reply.text(200, "5"))).isNotSameAs(first);
  }

  @Test
  void scrapesThatWaitForOneAnotherAreRenderedOnceForEachFormat() throws Exception {
    AtomicInteger rendered = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Endpoint metrics =
        request -> {
          rendered.incrementAndGet();
          begun.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Reply.text(200, ("x " + rendered.get() + "\n").repeat(1000));
        };
    try (HttpEndpoints server =
            HttpEndpoints.start(
                new HttpAddress("127.0.0.1", 0),
                WebAccessSource.OPEN,
                Map.of("/metrics", metrics, "/", request -> Reply.text(200, "index")));
        HttpClient client = HttpClient.newHttpClient()) {
      URI root = URI.create("http://127.0.0.1:" + server.address().getPort());
      List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve("/metrics"));
        if (i % 2 == 1) {
          request.header("Accept-Encoding", "gzip");
        }
        answers.add(client.sendAsync(request.build(), BodyHandlers.ofByteArray()));
      }
      begun.await();
      Thread.sleep(300); // all of them have asked
      goOn.countDown();
      for (var answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
      }
      assertThat(rendered).hasValue(1);
      assertThat(answers.get(1).get().body()).isEqualTo(answers.get(3).get().body());
      assertThat(answers.get(1).get().body().length)
          .isLessThan(answers.get(0).get().body().length / 10);
      await()
          .untilAsserted(() ->
              assertThat(
                      client
                          .send(
                              HttpRequest.newBuilder(root.resolve("/metrics")).build(),
                              BodyHandlers.ofString())
                          .body())
                  .as("a later scrape sees later values")
                  .startsWith("x " + rendered.get())
                  .doesNotStartWith("x 1\n"));
    }
  }
}
