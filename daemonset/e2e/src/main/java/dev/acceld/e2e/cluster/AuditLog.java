package dev.acceld.e2e.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The API server's audit log. */
public final class AuditLog {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path directory;

  AuditLog(Path directory) {
    this.directory = directory;
  }

  /**
   * One request.
   *
   * @param resource with its subresource, such as {@code pods/log}; a path for what is no resource
   * @param group the API group, empty for the core one
   * @param code the HTTP status
   */
  public record Request(
      String user,
      String verb,
      String group,
      String resource,
      String name,
      int code,
      String agent) {}

  /** Every request that has ended, in that order. */
  public List<Request> requests() {
    List<Request> requests = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs =
          files.filter(f -> f.getFileName().toString().startsWith("audit")).sorted().toList();
      for (Path log : logs) {
        for (String line : Files.readAllLines(log)) {
          parse(line).ifPresent(requests::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return requests;
  }

  /** A line; empty for one that is still being written, and for stages other than the last. */
  static Optional<Request> parse(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      String stage = event.path("stage").asText();
      if (!stage.equals("ResponseComplete") && !stage.equals("ResponseStarted")) {
        return Optional.empty();
      }
      JsonNode object = event.path("objectRef");
      String sub = object.path("subresource").asText();
      String resource =
          object.isMissingNode()
              ? event.path("requestURI").asText().replaceAll("\\?.*", "")
              : object.path("resource").asText() + (sub.isEmpty() ? "" : "/" + sub);
      return Optional.of(
          new Request(
              event.path("user").path("username").asText(),
              event.path("verb").asText(),
              object.path("apiGroup").asText(),
              resource,
              object.path("name").asText(),
              event.path("responseStatus").path("code").asInt(),
              event.path("userAgent").asText()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
