package dev.acceld.agent.http;

import dev.acceld.agent.http.Endpoint.Weight;
import dev.acceld.agent.http.Gate.Extent;
import dev.acceld.agent.web.WebAccessSource;
import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out answers: liveness on a thread that does nothing else, other small ones (readiness) on
 * another, metrics on others and few at a time, and other large ones (pages) on one more, fewer at
 * a time: none waits for the other, and a disk that a page reads holds up pages only.
 */
final class RequestDispatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RequestDispatcher.class);
  private static final String LIVENESS = "/healthz";
  private static final String METRICS = "/metrics";
  private static final String API = "/api/";
  private static final int METRICS_THREADS = 2;

  /** Of metrics at a time: 1.2 MB each for eight GPUs with partitions, unless compressed. */
  private static final int METRICS_AT_ONCE = 8;

  private static final int PAGES_AT_ONCE = 4;
  private static final int PAGES_AT_ONCE_OF_ONE = 2;

  private final Routes routes;
  private final Gate gate;
  private final WorkerPool live = new WorkerPool("http-live", 1);
  private final WorkerPool small = new WorkerPool("http-probe", 1);
  private final Lane metrics =
      new Lane("http-metrics", METRICS_THREADS, METRICS_AT_ONCE, Turns.AT_ONCE_OF_ONE);
  private final Lane pages = new Lane("http-page", 1, PAGES_AT_ONCE, PAGES_AT_ONCE_OF_ONE);

  RequestDispatcher(Map<String, Endpoint> endpoints, WebAccessSource access) {
    this.routes = new Routes(endpoints);
    this.gate = new Gate(access);
  }

  /**
   * Has a request answered.
   *
   * @param to given the answer and its further headers, on another thread
   */
  void answer(Connection of, HttpRequest request, BiConsumer<Reply, Map<String, String>> to) {
    Asked asked = Asked.of(request);
    boolean api = asked != null && asked.path().startsWith(API);
    BiConsumer<Reply, Map<String, String>> all =
        (reply, more) -> to.accept(api ? Problems.of(reply) : reply, with(more));
    if (asked == null) {
      all.accept(Reply.text(400, "this is not a valid request path\n"), Map.of());
      return;
    }
    gate.enter(
        of,
        asked.path(),
        request.headers().get("Authorization"),
        extent -> answer(of, asked, extent, all),
        all);
  }

  private Map<String, String> with(Map<String, String> more) {
    Map<String, String> always = gate.headers();
    if (always.isEmpty()) {
      return more;
    }
    Map<String, String> both = new HashMap<>(always);
    both.putAll(more);
    return both;
  }

  private void answer(
      Connection of, Asked asked, Extent extent, BiConsumer<Reply, Map<String, String>> to) {
    Endpoint endpoint = routes.find(asked.path());
    if (!asked.method().equals("GET") && !asked.method().equals("HEAD")) {
      to.accept(Reply.text(405, "only GET and HEAD are supported\n"), Map.of("Allow", "GET, HEAD"));
    } else if (endpoint instanceof EventStreams streams && asked.method().equals("GET")) {
      streams.join(of, gate.headers(), refusal -> to.accept(refusal, Map.of()));
    } else if (weight(asked, endpoint) != Weight.SMALL) {
      // The turn lasts until the answer is worked out and the peer has taken it or has gone: so
      // long it costs time or memory.
      Lane lane = lane(asked);
      lane.turns.take(
          of, turn -> lane.workers.run(() -> large(of, asked, to, turn), () -> busy(to)));
    } else {
      WorkerPool worker = asked.path().equals(LIVENESS) ? live : small;
      worker.run(() -> deliver(of, asked, extent, to), () -> busy(to));
    }
  }

  private Lane lane(Asked asked) {
    return asked.path().equals(METRICS) ? metrics : pages;
  }

  private static Weight weight(Asked asked, @Nullable Endpoint endpoint) {
    return asked.path().equals(METRICS)
        ? Weight.SHARED
        : endpoint == null ? Weight.SMALL : endpoint.weight();
  }

  private static void busy(BiConsumer<Reply, Map<String, String>> to) {
    to.accept(Reply.text(503, "too busy; try again\n"), Map.of("Retry-After", "1"));
  }

  private void large(
      Connection of, Asked asked, BiConsumer<Reply, Map<String, String>> to, Runnable workedOut) {
    try {
      deliver(of, asked, Extent.ALL, to);
    } finally {
      of.onItsThread(workedOut);
    }
  }

  /** Nothing is worked out for a peer that has gone. */
  private void deliver(
      Connection of, Asked asked, Extent extent, BiConsumer<Reply, Map<String, String>> to) {
    if (of.gone()) {
      return;
    }
    Endpoint endpoint = routes.find(asked.path());
    boolean sharing = weight(asked, endpoint) == Weight.SHARED;
    Reply reply = sharing ? shared(asked, "", () -> reply(asked)) : reply(asked);
    if (extent == Extent.STATUS_ONLY) {
      to.accept(reply.statusOnly(), Map.of());
      return;
    }
    if (reply.body().length < Gzip.FROM_BYTES) {
      to.accept(reply, Map.of());
    } else if (Gzip.accepted(asked.acceptEncoding())) {
      Reply zipped = sharing ? shared(asked, "gzip", reply::zipped) : reply.zipped();
      to.accept(zipped, Map.of("Vary", "Accept, Accept-Encoding", "Content-Encoding", "gzip"));
    } else {
      to.accept(reply, Map.of("Vary", "Accept, Accept-Encoding"));
    }
  }

  private Reply shared(Asked asked, String form, Supplier<Reply> work) {
    Endpoint endpoint = routes.find(asked.path());
    String variant = endpoint == null ? "" : endpoint.variant(asked.request());
    return lane(asked).shared.get(asked.path() + ' ' + variant + ' ' + form, asked.at(), work);
  }

  private Reply reply(Asked asked) {
    Endpoint endpoint = routes.find(asked.path());
    if (endpoint == null) {
      return Reply.text(404, "not found; / lists the paths\n");
    }
    try {
      return endpoint.get(asked.request());
    } catch (RuntimeException e) {
      log.warn("GET {} failed", asked.path(), e);
      return Reply.text(
          500, asked.path() + " failed: " + OneLine.of(ErrorText.of(e)) + "; see the log\n");
    }
  }

  @Override
  public void close() {
    gate.close();
    live.close();
    small.close();
    metrics.close();
    pages.close();
  }

  /** Threads, turns and shared answers of one kind of large answers. */
  private static final class Lane implements AutoCloseable {
    private final WorkerPool workers;
    private final SharedReplies shared = new SharedReplies();
    private final Turns turns;

    Lane(String name, int threads, int atOnce, int atOnceOfOne) {
      this.workers = new WorkerPool(name, threads);
      this.turns = new Turns(atOnce, atOnceOfOne, shared::forget);
    }

    @Override
    public void close() {
      workers.close();
    }
  }

  /** What of a request counts. */
  private record Asked(
      String method,
      String path,
      @Nullable String query,
      @Nullable String accept,
      @Nullable String acceptEncoding,
      long at) {

    Endpoint.Request request() {
      return new Endpoint.Request(path, accept, query);
    }

    static @Nullable Asked of(HttpRequest request) {
      try {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String query = uri.rawQuery();
        return new Asked(
            request.method().name(),
            uri.path(),
            query.isEmpty() ? null : query,
            request.headers().get("Accept"),
            request.headers().get("Accept-Encoding"),
            System.nanoTime());
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }
}
