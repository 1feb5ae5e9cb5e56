package dev.acceld.probe.tpu.host;

import dev.acceld.steady.Refresher;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Google Compute Engine's metadata server, asked by a thread of its own, so that nothing waits for
 * one that is missing, slow or hangs. The thread begins with the first question. An answer without
 * the server's own header is another server's and counts for nothing.
 */
public final class MetadataServer implements FactSource, AutoCloseable {
  private static final String FLAVOR = "Metadata-Flavor";
  private static final String GOOGLE = "Google";
  private static final int MOST_BYTES = 64 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final URI base;
  private final Duration patience;
  private final Refresher refresher;
  private volatile Statement latest = Statement.NOTHING;

  /** At that address, {@code http://metadata.google.internal} on a Compute Engine machine. */
  public MetadataServer(URI base) {
    this(base, Duration.ofMinutes(1), Duration.ofHours(1), ANSWER);
  }

  /**
   * The same with other periods; for tests.
   *
   * @param again how long after a failure it is asked again
   * @param refresh how long after an answer
   * @param patience how long it may take to answer one question, from the connection on
   */
  MetadataServer(URI base, Duration again, Duration refresh, Duration patience) {
    this.base = base;
    this.patience = patience;
    refresher = new Refresher("tpu-metadata", refresh, again, this::once);
  }

  @Override
  public String name() {
    return "the metadata server";
  }

  @Override
  public Statement now() {
    refresher.begin();
    return latest;
  }

  /** Whether it has answered, or has failed to once. */
  public boolean settled() {
    return refresher.settled();
  }

  /** Asks for everything; false when there is no such server at the moment. */
  private boolean once() {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT)
            .build();
    try {
      latest = statement(name(), what -> get(client, what));
      return true;
    } catch (IOException | RuntimeException e) {
      return false; // the usual case outside Google's cloud; what it said before still counts
    } finally {
      client.shutdownNow();
    }
  }

  /** Where values come from. */
  @FunctionalInterface
  interface Values {
    /** One of them; empty when there is none. */
    Optional<String> get(String what) throws IOException;
  }

  /** What the values say of the host. */
  static Statement statement(String source, Values values) throws IOException {
    Map<Fact, String> facts = new EnumMap<>(Fact.class);
    List<String> problems = new ArrayList<>();
    values
        .get("attributes/tpu-env")
        .ifPresent(text -> {
          Statement env = TpuEnvText.parse(source, text);
          facts.putAll(env.facts());
          problems.addAll(env.problems());
        });
    put(facts, Fact.ACCELERATOR_TYPE, values.get("attributes/accelerator-type"));
    put(facts, Fact.WORKER_ID, values.get("attributes/agent-worker-number"));
    put(facts, Fact.MACHINE_TYPE, values.get("machine-type").map(MetadataServer::lastComponent));
    return new Statement(facts, problems);
  }

  private static void put(Map<Fact, String> facts, Fact fact, Optional<String> value) {
    value.ifPresent(v -> facts.putIfAbsent(fact, v));
  }

  private static String lastComponent(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** One value; empty when the server has none. */
  private Optional<String> get(HttpClient client, String what) throws IOException {
    HttpRequest question =
        HttpRequest.newBuilder(base.resolve("/computeMetadata/v1/instance/" + what))
            .header(FLAVOR, GOOGLE)
            .build();
    HttpResponse<byte[]> response = exchange(client, question);
    if (!GOOGLE.equals(response.headers().firstValue(FLAVOR).orElse(""))) {
      throw new IOException("not a metadata server");
    }
    int status = response.statusCode();
    if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_FORBIDDEN) {
      return Optional.empty(); // GKE hides attributes from pods
    }
    if (status != HttpURLConnection.HTTP_OK) {
      throw new IOException("status " + status);
    }
    String text = new String(response.body(), StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** All of it has one deadline: a server may send its headers byte by byte, too. */
  private HttpResponse<byte[]> exchange(HttpClient client, HttpRequest question)
      throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(question, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
      throw new IOException(e);
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public void close() {
    refresher.close();
  }
}
