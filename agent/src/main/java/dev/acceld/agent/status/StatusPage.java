package dev.acceld.agent.status;

import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.EventStreams;
import dev.acceld.agent.status.api.Api;
import dev.acceld.agent.status.model.FaultFile;
import dev.acceld.agent.status.model.StatusSources;
import dev.acceld.agent.status.page.Pages;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The status page, its JSON API and its events; or what answers in their place. */
public final class StatusPage implements AutoCloseable {
  private final Map<String, Endpoint> endpoints;
  private final Optional<FaultFile> faults;

  private StatusPage(Map<String, Endpoint> endpoints, Optional<FaultFile> faults) {
    this.endpoints = Map.copyOf(endpoints);
    this.faults = faults;
  }

  /** Of what is known. Reads nothing before somebody asks. */
  public static StatusPage of(StatusSources sources) {
    FaultFile faults = new FaultFile(sources.faults());
    Map<String, Endpoint> all = new HashMap<>(Pages.of(sources, faults));
    all.put("/api/v1/", new Api(sources, faults));
    all.put(
        "/events",
        new EventStreams(
            () -> "{\"time\":\"" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\"}"));
    return new StatusPage(all, Optional.of(faults));
  }

  /** Switched off: only who asks for the API is told so. */
  public static StatusPage off() {
    return new StatusPage(Map.of("/api/v1/", Api.off()), Optional.empty());
  }

  /** By path; one that ends with a slash stands for all paths that begin with it. */
  public Map<String, Endpoint> endpoints() {
    return endpoints;
  }

  @Override
  public void close() {
    faults.ifPresent(FaultFile::close);
  }
}
