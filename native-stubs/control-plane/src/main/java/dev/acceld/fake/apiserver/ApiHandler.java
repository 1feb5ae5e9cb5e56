package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns HTTP requests into calls on the {@link ObjectStore}. */
final class ApiHandler implements HttpHandler {
  private final ObjectMapper mapper;
  private final ObjectStore store;
  private final ApiServerFaults faults;
  private final RequestLog log;
  private final WatchStream watches;
  private final ApiExtras extras;

  ApiHandler(ObjectMapper mapper, ObjectStore store, ApiServerFaults faults, RequestLog log) {
    this.mapper = mapper;
    this.store = store;
    this.faults = faults;
    this.log = log;
    this.extras = new ApiExtras(mapper, faults);
    this.watches = new WatchStream(mapper, store, faults);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (faults.isDropping()) {
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      pause();
      if (faults.isUnauthorized()) {
        answer(
            exchange,
            401,
            status(mapper, new ApiRefusalException(401, "Unauthorized", "Unauthorized")));
        return;
      }
      if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
        // No WebSocket here: an empty 200 sends clients to a plain GET at once.
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      if (exchange.getRequestURI().getPath().equals("/healthz")) {
        answer(exchange, 200, mapper.createObjectNode());
        return;
      }
      if (faults.isWithoutDra()
          && exchange.getRequestURI().getPath().startsWith("/apis/resource.k8s.io/")) {
        byte[] text = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(404, text.length);
        exchange.getResponseBody().write(text);
        return;
      }
      Optional<ObjectNode> extra = extras.answer(exchange.getRequestURI().getPath(), body);
      if (extra.isPresent()) {
        answer(exchange, 200, extra.get());
        return;
      }
      ApiRequest request = ApiRequest.parse(exchange.getRequestMethod(), exchange.getRequestURI());
      String agent = String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent"));
      try {
        check(request);
        if (request.verb().equals("watch")) {
          record(request, 200, agent);
          watches.run(exchange, request);
          return;
        }
        ObjectNode result =
            request.verb().equals("patch")
                ? patch(request, body, exchange.getRequestHeaders().getFirst("Content-Type"))
                : call(request, body);
        int status = request.verb().equals("create") ? 201 : 200;
        record(request, status, agent);
        answer(exchange, status, result);
      } catch (ApiRefusalException e) {
        record(request, e.status(), agent);
        answer(exchange, e.status(), status(mapper, e));
      }
    } catch (ApiRefusalException e) {
      answer(exchange, e.status(), status(mapper, e));
    }
  }

  private void check(ApiRequest r) throws ApiRefusalException {
    if (faults.isUnavailable()) {
      throw new ApiRefusalException(
          503, "ServiceUnavailable", "the server is currently unable to handle the request");
    }
    if (faults.isForbidden(r.verb(), r.resource())) {
      throw new ApiRefusalException(
          403,
          "Forbidden",
          r.resource()
              + " is forbidden: User \"fake\" cannot "
              + r.verb()
              + " resource \""
              + r.resource()
              + "\"");
    }
  }

  private ObjectNode call(ApiRequest r, byte[] body) throws ApiRefusalException, IOException {
    return switch (r.verb()) {
      case "get" ->
          store
              .find(r.kind(), r.namespace(), r.name())
              .orElseThrow(() ->
                  new ApiRefusalException(
                      404, "NotFound", r.resource() + " \"" + r.name() + "\" not found"));
      case "list" -> list(r);
      case "create" ->
          "All".equals(r.query().get("dryRun"))
              ? store.dryRun(r.kind(), r.namespace(), admitted(r, body))
              : store.create(r.kind(), r.namespace(), admitted(r, body));
      case "update" ->
          r.status()
              ? store.updateStatus(r.kind(), r.namespace(), object(body))
              : store.update(r.kind(), r.namespace(), admitted(r, body));
      case "delete" -> store.delete(r.kind(), r.namespace(), r.name(), precondition(body));
      case "deletecollection" -> {
        List<ObjectNode> doomed = store.list(r.kind(), r.namespace(), r::selects);
        for (ObjectNode o : doomed) {
          JsonNode meta = o.path("metadata");
          store.delete(r.kind(), meta.path("namespace").asText(), meta.path("name").asText(), "");
        }
        yield mapper.createObjectNode().put("kind", "Status").put("status", "Success");
      }
      default ->
          throw new ApiRefusalException(
              405, "MethodNotAllowed", "the fake API server does not know " + r.verb());
    };
  }

  private ObjectNode patch(ApiRequest r, byte[] body, @Nullable String type)
      throws ApiRefusalException, IOException {
    Patch patch = Patch.of(type, object(body));
    return store.patch(
        r.kind(), r.namespace(), r.name(), old -> patch.apply(old, r.kind(), r.status()));
  }

  private ObjectNode list(ApiRequest r) {
    ObjectNode list = mapper.createObjectNode();
    list.put("apiVersion", r.kind().apiVersion()).put("kind", r.kind().kind() + "List");
    ObjectNode meta = list.withObject("metadata");
    meta.put("resourceVersion", String.valueOf(store.version()));
    List<ObjectNode> all = store.list(r.kind(), r.namespace(), r::selects);
    int from = Math.min(all.size(), Integer.parseInt(r.query().getOrDefault("continue", "0")));
    int limit = Integer.parseInt(r.query().getOrDefault("limit", "0"));
    int to = limit == 0 ? all.size() : Math.min(all.size(), from + limit);
    if (to < all.size()) {
      meta.put("continue", String.valueOf(to)); // opaque to clients, as with the real one
      if (!r.query().containsKey("fieldSelector")) { // with one, the real one does not count
        meta.put("remainingItemCount", all.size() - to);
      }
    }
    list.withArray("items").addAll(all.subList(from, to));
    return list;
  }

  /** What admission makes of it. */
  private ObjectNode admitted(ApiRequest r, byte[] body) throws ApiRefusalException, IOException {
    ObjectNode object = object(body);
    if (r.kind() != ApiKind.SLICES) {
      return object;
    }
    if (!faults.sliceRefusal().isEmpty()) {
      throw new ApiRefusalException(422, "Invalid", faults.sliceRefusal());
    }
    return faults.webhook().apply(object);
  }

  private ObjectNode object(byte[] body) throws ApiRefusalException, IOException {
    if (mapper.readTree(body) instanceof ObjectNode object) {
      return object;
    }
    throw new ApiRefusalException(400, "BadRequest", "the body is no JSON object");
  }

  private String precondition(byte[] body) throws IOException {
    return body.length == 0 ? "" : mapper.readTree(body).path("preconditions").path("uid").asText();
  }

  private void pause() {
    try {
      Thread.sleep(faults.delay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void record(ApiRequest r, int status, String agent) {
    log.add(new RequestLog.Entry(r.verb(), r.resource(), r.name(), status, agent));
  }

  private void answer(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    byte[] bytes = mapper.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static ObjectNode status(ObjectMapper mapper, ApiRefusalException e) {
    return mapper
        .createObjectNode()
        .put("apiVersion", "v1")
        .put("kind", "Status")
        .put("status", "Failure")
        .put("message", e.getMessage())
        .put("reason", e.reason())
        .put("code", e.status());
  }
}
