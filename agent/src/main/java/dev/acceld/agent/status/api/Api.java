package dev.acceld.agent.status.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.Problems;
import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.model.ClaimList;
import dev.acceld.agent.status.model.DeviceDetail;
import dev.acceld.agent.status.model.DeviceLookup;
import dev.acceld.agent.status.model.DeviceStatus;
import dev.acceld.agent.status.model.FaultFile;
import dev.acceld.agent.status.model.FaultFile.UnreadableException;
import dev.acceld.agent.status.model.FaultStatus;
import dev.acceld.agent.status.model.HistoryStatus;
import dev.acceld.agent.status.model.PrepareStatus;
import dev.acceld.agent.status.model.Status;
import dev.acceld.agent.status.model.StatusSources;
import dev.acceld.device.DeviceName;
import dev.acceld.history.History;
import dev.acceld.recorder.ReadingTable;
import dev.acceld.snapshot.NodeSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v1/…}. */
public final class Api implements Endpoint {
  private static final String ROOT = "/api/v1/";
  private static final String DEVICES = "devices/";
  private static final String FAULTS = "faults/";
  private static final String HISTORY = "/history";
  private static final Map<String, String> HEADERS =
      Map.of("Cache-Control", "no-store", "X-Content-Type-Options", "nosniff");

  /** What is not ASCII is escaped: no text turns its direction in a terminal. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private final StatusSources sources;
  private final FaultFile faults;
  private final byte[] description = description();

  /** Of those sources. */
  public Api(StatusSources sources, FaultFile faults) {
    this.sources = sources;
    this.faults = faults;
  }

  /** What answers while the status page is off. */
  public static Endpoint off() {
    return request ->
        Problems.of(
            404,
            "the status page and its JSON API are off",
            "start the agent with --status-page=true (value agent.statusPage of the chart)");
  }

  private static byte[] description() {
    try (InputStream in = Api.class.getResourceAsStream("/status/openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("the agent was built without /status/openapi.json");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Devices(String node, String driver, boolean known, List<DeviceStatus> devices) {}

  record DeviceHistory(String device, String at, HistoryStatus readings) {}

  record FaultsAnswer(boolean known, List<FaultStatus> faults, List<String> damaged) {}

  record Prepares(List<PrepareStatus> prepares) {}

  record Conditions(boolean ready, List<Condition> conditions) {}

  @Override
  public Weight weight() {
    return Weight.LARGE;
  }

  @Override
  public Reply get(Request request) {
    String path = request.path().substring(ROOT.length());
    return switch (path) {
      case "openapi.json" -> new Reply(200, "application/json", description).with(HEADERS);
      case "devices" -> {
        NodeSnapshot node = sources.snapshot().get();
        boolean known = Status.unanswered(node).isEmpty();
        yield json(
            new Devices(sources.node(), sources.driver(), known, Status.devices(node, sources)));
      }
      case "claims" -> json(ClaimList.of(sources.snapshot().get(), sources));
      case "faults" -> {
        FaultFile.Faults all = faults.list();
        yield json(new FaultsAnswer(all.known(), all.faults(), all.damaged()));
      }
      case "prepares" -> json(new Prepares(Status.prepares(sources.prepares().get())));
      case "topology" -> json(Status.topology(sources.snapshot().get()));
      case "conditions" -> {
        List<Condition> all = Status.conditions(sources.conditions().get());
        yield json(new Conditions(all.stream().noneMatch(Condition::blocks), all));
      }
      default -> one(path);
    };
  }

  private Reply one(String path) {
    if (path.startsWith(DEVICES) && path.endsWith(HISTORY)) {
      return history(path.substring(DEVICES.length(), path.length() - HISTORY.length()));
    }
    if (path.startsWith(DEVICES)) {
      return device(path.substring(DEVICES.length()));
    }
    if (path.startsWith(FAULTS)) {
      return fault(path.substring(FAULTS.length()));
    }
    return Problems.of(
        404, "there is no " + ROOT + path, "choose a path of " + ROOT + "openapi.json");
  }

  private Reply device(String name) {
    DeviceLookup found = DeviceLookup.of(sources, name);
    DeviceDetail detail = found.detail();
    return detail == null ? noDevice(found) : json(detail);
  }

  private static Reply noDevice(DeviceLookup found) {
    if (!found.known()) {
      return Problems.of(503, found.sentence(), "try again; 'acceld doctor' shows what is missing")
          .with(Map.of("Retry-After", DeviceLookup.RETRY_SECONDS));
    }
    return Problems.of(404, found.sentence(), "choose a device of " + ROOT + "devices");
  }

  private Reply history(String name) {
    DeviceLookup found = DeviceLookup.of(sources, name);
    DeviceDetail detail = found.detail();
    if (detail == null) {
      return noDevice(found);
    }
    String published = detail.device().name();
    History history = sources.history().apply(new DeviceName(published)).orElse(History.EMPTY);
    return json(
        new DeviceHistory(
            published,
            Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
            HistoryStatus.of(ReadingTable.of(history))));
  }

  private Reply fault(String id) {
    try {
      Optional<FaultStatus> found = faults.find(id);
      return found.isPresent()
          ? json(found.get())
          : Problems.of(
              404, "there is no recorded fault '" + id + "'", "choose one of " + ROOT + "faults");
    } catch (UnreadableException e) {
      return Problems.of(
              503,
              "the record of '" + id + "' cannot be read: " + e.getMessage(),
              "try again; if it stays so, check the disk of the agent's state directory")
          .with(Map.of("Retry-After", "5"));
    }
  }

  private static Reply json(Object answer) {
    try {
      String text = JSON.writeValueAsString(answer) + "\n";
      return new Reply(200, "application/json", text.getBytes(StandardCharsets.UTF_8))
          .with(HEADERS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written as JSON", e);
    }
  }
}
