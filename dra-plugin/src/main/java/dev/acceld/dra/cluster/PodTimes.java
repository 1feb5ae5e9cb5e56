package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a pod went through its first stages, as its status says: to the second.
 *
 * @param uid the pod's
 * @param scheduledAt when it was bound to its node: condition {@code PodScheduled}
 * @param startedAt when the first of its containers started that is no init container; empty while
 *     none has
 * @param annotations the short ones of its annotations
 */
public record PodTimes(
    String uid,
    Optional<Instant> scheduledAt,
    Optional<Instant> startedAt,
    Map<String, String> annotations) {
  private static final int LONGEST_ANNOTATION = 512;

  /** Takes a copy. */
  public PodTimes {
    annotations = Map.copyOf(annotations);
  }

  /** Of a pod without annotations. */
  public PodTimes(String uid, Optional<Instant> scheduledAt, Optional<Instant> startedAt) {
    this(uid, scheduledAt, startedAt, Map.of());
  }

  /** Reads them, token by token: the rest is skipped unseen. */
  static PodTimes read(JsonFactory json, InputStream body) throws IOException {
    Reader reader = new Reader();
    try (JsonParser p = json.createParser(body)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the answer is not a JSON object");
      }
      Fields.each(p, reader::top);
    }
    return new PodTimes(
        reader.uid,
        Optional.ofNullable(reader.scheduled),
        reader.started.stream().min(Instant::compareTo),
        reader.annotations);
  }

  private static final class Reader {
    private String uid = "";
    private @Nullable Instant scheduled;
    private final List<Instant> started = new ArrayList<>();
    private final Map<String, String> annotations = new HashMap<>();

    void top(String field, JsonParser p) throws IOException {
      switch (field) {
        case "metadata" ->
            Fields.each(
                p,
                (key, q) -> {
                  switch (key) {
                    case "uid" -> uid = Fields.text(q).orElse("");
                    case "annotations" -> Fields.each(q, this::annotation);
                    default -> q.skipChildren();
                  }
                });
        case "status" -> Fields.each(p, this::status);
        default -> p.skipChildren();
      }
    }

    private void annotation(String key, JsonParser p) throws IOException {
      Fields.text(p)
          .filter(value -> value.length() <= LONGEST_ANNOTATION)
          .ifPresent(value -> annotations.put(key, value));
    }

    private void status(String field, JsonParser p) throws IOException {
      switch (field) {
        case "conditions" -> Fields.items(p, this::condition);
        case "containerStatuses" -> Fields.items(p, this::container);
        default -> p.skipChildren();
      }
    }

    private void condition(JsonParser p) throws IOException {
      String[] type = {"", "", ""};
      Fields.each(
          p,
          (key, q) -> {
            switch (key) {
              case "type" -> type[0] = Fields.text(q).orElse("");
              case "status" -> type[1] = Fields.text(q).orElse("");
              case "lastTransitionTime" -> type[2] = Fields.text(q).orElse("");
              default -> q.skipChildren();
            }
          });
      if (type[0].equals("PodScheduled") && type[1].equals("True")) {
        time(type[2]).ifPresent(at -> scheduled = at);
      }
    }

    /** The one that runs, and one that has ended; after a restart the state before says more. */
    private void container(JsonParser p) throws IOException {
      Fields.each(
          p,
          (key, q) -> {
            if (key.equals("state") || key.equals("lastState")) {
              Fields.each(q, (state, r) -> Fields.each(r, this::startedAt));
            } else {
              q.skipChildren();
            }
          });
    }

    private void startedAt(String field, JsonParser p) throws IOException {
      if (field.equals("startedAt")) {
        Fields.text(p).flatMap(Reader::time).ifPresent(started::add);
      } else {
        p.skipChildren();
      }
    }

    private static Optional<Instant> time(String text) {
      try {
        return Optional.of(Instant.parse(text));
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
  }
}
