package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers a watch: one JSON object a line, for as long as was asked. */
final class WatchStream {
  private final ObjectMapper mapper;
  private final ObjectStore store;
  private final ApiServerFaults faults;

  WatchStream(ObjectMapper mapper, ObjectStore store, ApiServerFaults faults) {
    this.mapper = mapper;
    this.store = store;
    this.faults = faults;
  }

  void run(HttpExchange exchange, ApiRequest request) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String from = request.query().getOrDefault("resourceVersion", "");
    long after = from.isEmpty() || from.equals("0") ? store.version() : Long.parseLong(from);
    Optional<BlockingQueue<ObjectStore.Event>> queue = store.watch(after);
    if (queue.isEmpty()) {
      ApiRefusalException old =
          new ApiRefusalException(410, "Expired", "too old resource version: " + after);
      send(out, "ERROR", ApiHandler.status(mapper, old));
      return;
    }
    try {
      stream(out, request, queue.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      store.unwatch(queue.get());
    }
  }

  private void stream(OutputStream out, ApiRequest r, BlockingQueue<ObjectStore.Event> queue)
      throws IOException, InterruptedException {
    out.flush();
    long seconds = Long.parseLong(r.query().getOrDefault("timeoutSeconds", "3600"));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    boolean bookmarks = "true".equals(r.query().get("allowWatchBookmarks"));
    while (System.nanoTime() < end) {
      long wait = Math.min(end - System.nanoTime(), faults.bookmarks().toNanos());
      ObjectStore.@Nullable Event event = queue.poll(wait, TimeUnit.NANOSECONDS);
      if (event == null) {
        if (bookmarks) {
          bookmark(out, r);
        }
      } else if (event.type().equals("END")) {
        return;
      } else if (event.kind() == r.kind() && r.selects(event.object())) {
        send(out, event.type(), event.object());
      }
    }
  }

  private void bookmark(OutputStream out, ApiRequest r) throws IOException {
    ObjectNode object = mapper.createObjectNode();
    object.put("apiVersion", r.kind().apiVersion()).put("kind", r.kind().kind());
    object.withObject("metadata").put("resourceVersion", String.valueOf(store.version()));
    send(out, "BOOKMARK", object);
  }

  private void send(OutputStream out, String type, ObjectNode object) throws IOException {
    ObjectNode event = mapper.createObjectNode().put("type", type);
    event.set("object", object);
    out.write(mapper.writeValueAsBytes(event));
    out.write('\n');
    out.flush();
  }
}
