package dev.acceld.agent.http;

import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.text.Exposition;

/** {@code /metrics}, in the format that the client prefers. */
record MetricsEndpoint(Telemetry telemetry) implements Endpoint {

  @Override
  public Reply get(Request request) {
    Exposition all = telemetry.scrape(request.accept());
    return new Reply(200, all.contentType(), all.body());
  }

  @Override
  public String variant(Request request) {
    return telemetry.contentType(request.accept());
  }
}
