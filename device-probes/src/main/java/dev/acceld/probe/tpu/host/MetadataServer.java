package dev.acceld.probe.tpu.host;

import dev.acceld.steady.Refresher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Google Compute Engine's metadata server, asked by a thread of its own, so that nothing waits for
 * one that is missing, slow or hangs. The thread begins with the first question. An answer without
 * the server's own header is another server's and counts for nothing.
 */
public final class MetadataServer implements FactSource, AutoCloseable {
  private static final String FLAVOR = "Metadata-Flavor";
  private static final String GOOGLE = "Google";
  private static final int MOST_BYTES = 64 * 1024;
  private static final Duration CALL = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final URI base;
  private final Refresher refresher;
  private volatile Statement latest = Statement.NOTHING;

  /** At that address, {@code http://metadata.google.internal} on a Compute Engine machine. */
  public MetadataServer(URI base) {
    this(base, Duration.ofMinutes(1), Duration.ofHours(1));
  }

  /**
   * The same with other periods; for tests.
   *
   * @param again how long after a failure it is asked again
   * @param refresh how long after an answer
   */
  MetadataServer(URI base, Duration again, Duration refresh) {
    this.base = base;
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
    Map<Fact, String> facts = new EnumMap<>(Fact.class);
    List<String> problems = new ArrayList<>();
    try {
      get("attributes/tpu-env")
          .ifPresent(text -> {
            Statement env = TpuEnvText.parse(name(), text);
            facts.putAll(env.facts());
            problems.addAll(env.problems());
          });
      put(facts, Fact.ACCELERATOR_TYPE, get("attributes/accelerator-type"));
      put(facts, Fact.WORKER_ID, get("attributes/agent-worker-number"));
      put(facts, Fact.MACHINE_TYPE, get("machine-type").map(MetadataServer::lastComponent));
    } catch (IOException | RuntimeException e) {
      return false; // the usual case outside Google's cloud; what it said before still counts
    }
    latest = new Statement(facts, problems);
    return true;
  }

  private static void put(Map<Fact, String> facts, Fact fact, Optional<String> value) {
    value.ifPresent(v -> facts.putIfAbsent(fact, v));
  }

  private static String lastComponent(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** One value; empty when the server has none. */
  private Optional<String> get(String what) throws IOException {
    URL url = base.resolve("/computeMetadata/v1/instance/" + what).toURL();
    HttpURLConnection call = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    try {
      call.setRequestProperty(FLAVOR, GOOGLE);
      call.setInstanceFollowRedirects(false);
      call.setConnectTimeout((int) CALL.toMillis());
      call.setReadTimeout((int) CALL.toMillis());
      long deadline = System.nanoTime() + ANSWER.toNanos();
      int status = call.getResponseCode();
      if (!GOOGLE.equals(call.getHeaderField(FLAVOR))) {
        throw new IOException("not a metadata server");
      }
      if (status == HttpURLConnection.HTTP_NOT_FOUND
          || status == HttpURLConnection.HTTP_FORBIDDEN) {
        return Optional.empty(); // GKE hides attributes from pods
      }
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException("status " + status);
      }
      String text = body(call, deadline).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    } finally {
      call.disconnect();
    }
  }

  private static String body(HttpURLConnection call, long deadline) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] some = new byte[4096];
    try (InputStream in = call.getInputStream()) {
      int n;
      while ((n = in.read(some)) >= 0) {
        bytes.write(some, 0, n);
        if (bytes.size() > MOST_BYTES || System.nanoTime() - deadline > 0) {
          throw new IOException("too long an answer");
        }
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    refresher.close();
  }
}
