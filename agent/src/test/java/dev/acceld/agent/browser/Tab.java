package dev.acceld.agent.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One tab of a Chromium, over its debugging protocol. */
final class Tab implements AutoCloseable, WebSocket.Listener {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final StringBuilder part = new StringBuilder();
  private @Nullable WebSocket socket;

  private Tab() {}

  static Tab open(String address) throws Exception {
    Tab tab = new Tab();
    URI make = URI.create("http://" + address + "/json/new?about:blank");
    String made =
        tab.http
            .send(
                HttpRequest.newBuilder(make).PUT(BodyPublishers.noBody()).build(),
                BodyHandlers.ofString())
            .body();
    URI uri = URI.create(JSON.readTree(made).path("webSocketDebuggerUrl").asText());
    tab.socket =
        tab.http.newWebSocketBuilder().buildAsync(uri, tab).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (String domain : List.of("Page", "Runtime", "Log")) {
      tab.call(domain + ".enable", Map.of());
    }
    return tab;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    part.append(text);
    if (last) {
      hear(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void hear(String text) {
    try {
      JsonNode message = JSON.readTree(text);
      CompletableFuture<JsonNode> waiting = open.remove(message.path("id").asInt(-1));
      if (waiting != null) {
        waiting.complete(message);
      }
      switch (message.path("method").asText()) {
        case "Log.entryAdded" -> complaints.add(message.at("/params/entry/text").asText());
        case "Runtime.exceptionThrown" ->
            complaints.add(message.at("/params/exceptionDetails").toString());
        default -> {} // of no interest
      }
    } catch (JsonProcessingException e) {
      complaints.add("Chromium said what is not JSON: " + text);
    }
  }

  /** One call of the protocol; fails when Chromium says so. */
  JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    WebSocket to = socket;
    if (to == null) {
      throw new IllegalStateException("the tab is not open");
    }
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    open.put(id, answer);
    ObjectNode call = JSON.createObjectNode().put("id", id).put("method", method);
    call.set("params", JSON.valueToTree(parameters));
    to.sendText(call.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    JsonNode said = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (said.has("error")) {
      throw new IllegalStateException(method + ": " + said.path("error"));
    }
    return said.path("result");
  }

  /** Goes to a page; comes back when it is there with all that it loads. */
  void go(String url) throws Exception {
    JsonNode went = call("Page.navigate", Map.of("url", url));
    if (went.has("errorText")) {
      throw new IllegalStateException(url + ": " + went.path("errorText").asText());
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() ->
            evaluate("document.readyState + ' ' + location.href")
                .asText()
                .equals("complete " + url));
  }

  /** The value of a script, a promise included; no policy of the page keeps it from running. */
  JsonNode evaluate(String script) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(result.path("exceptionDetails").toString());
    }
    return result.path("result").path("value");
  }

  /** How wide the window is, and whether the user wants dark pages. */
  void look(int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** What the browser or a script complained of so far. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() throws Exception {
    JsonNode unused = call("Page.close", Map.of());
    http.shutdownNow();
  }
}
