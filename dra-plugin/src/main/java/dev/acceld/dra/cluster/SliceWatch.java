package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * One watch on one daemon thread. When the server ends it after the time agreed, it goes on from
 * the last bookmark without anybody noticing; any other end is told, for then a whole cluster may
 * have lost its watches and the caller must spread its return.
 */
final class SliceWatch extends Thread implements ClusterApi.Watch {
  /** Bookmarks come every minute; after four without a word the connection is dead. */
  private static final Duration SILENCE = Duration.ofMinutes(4);

  private static final int ERROR_BYTES = 64 << 10;

  private final ApiHttp http;
  private final ObjectMapper mapper;
  private final ApiRequest call;
  private final String path;
  private final Duration establish;
  private final ClusterApi.SliceObserver observer;
  private final Consumer<SliceWatch> whenOver;
  private String version;
  private volatile boolean closed;

  SliceWatch(
      ApiHttp http,
      ObjectMapper mapper,
      ApiRequest call,
      String path,
      Duration establish,
      String version,
      ClusterApi.SliceObserver observer,
      Consumer<SliceWatch> whenOver) {
    super("slice-watch");
    setDaemon(true);
    this.http = http;
    this.mapper = mapper;
    this.call = call;
    this.path = path;
    this.establish = establish;
    this.version = version;
    this.observer = observer;
    this.whenOver = whenOver;
  }

  @Override
  public void run() {
    String why;
    try {
      do {
        why = once();
      } while (why.isEmpty() && !closed);
    } catch (IOException e) {
      why = text(call.unreachable(http, e));
    } catch (RuntimeException | Error e) { // whatever it was: who watches nothing must know it
      why = call + ": " + ErrorText.of(e);
    } finally {
      whenOver.accept(this);
    }
    if (!closed) {
      observer.ended(why);
    }
  }

  /** One connection; an empty string when it ended as agreed. */
  private String once() throws IOException {
    int seconds = ThreadLocalRandom.current().nextInt(300, 600);
    long agreed = System.nanoTime() + Duration.ofSeconds(seconds - 5).toNanos();
    HttpURLConnection c =
        http.stream(
            path + "&timeoutSeconds=" + seconds + "&resourceVersion=" + version,
            establish,
            SILENCE);
    try {
      int status = c.getResponseCode();
      http.access().answered(call.right(), status);
      if (status != 200) {
        try (InputStream in = c.getErrorStream()) {
          return text(call.refused(status, in == null ? new byte[0] : in.readNBytes(ERROR_BYTES)));
        }
      }
      String error =
          events(new WatchStreamIn(c.getInputStream(), SILENCE, Duration.ofSeconds(seconds + 60)));
      if (!error.isEmpty()) {
        return error;
      }
      return System.nanoTime() - agreed >= 0
          ? ""
          : call + ": the API server closed the watch early";
    } finally {
      c.disconnect();
    }
  }

  private String events(WatchStreamIn in) throws IOException {
    try (JsonParser p = mapper.createParser(in);
        MappingIterator<JsonNode> events = mapper.readerFor(JsonNode.class).readValues(p)) {
      while (!closed && events.hasNextValue()) {
        JsonNode event = events.nextValue();
        in.event();
        JsonNode object = event.path("object");
        String type = event.path("type").asText();
        if (type.equals("ERROR")) {
          int code = object.path("code").asInt(500);
          return text(call.refused(code, mapper.writeValueAsBytes(object)));
        }
        version = object.path("metadata").path("resourceVersion").asText();
        if (closed) {
          break;
        }
        switch (type) {
          case "ADDED", "MODIFIED" -> observer.changed(SliceReader.read(object));
          case "DELETED" -> observer.deleted(SliceReader.read(object));
          default -> {
            // A bookmark: only the version.
          }
        }
      }
    }
    return "";
  }

  private static String text(ClusterException e) {
    return String.valueOf(e.getMessage());
  }

  /**
   * The observer hears no more. The thread itself may stay in its read until the next bookmark: the
   * JDK's streams cannot be closed under a reader.
   */
  @Override
  public void close() {
    closed = true;
    interrupt();
  }
}
