package dev.acceld.telemetry.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.telemetry.SmallMachine;
import dev.acceld.telemetry.Telemetry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeteredClusterApiTest {

  @Test
  void requestsAreCountedByWhatBecameOfThem() throws ClusterException {
    try (Telemetry telemetry = SmallMachine.telemetry()) {
      ClusterApi api =
          telemetry
              .api()
              .around(
                  answering((method, name) ->
                      switch (method) {
                        case "podUid" -> Optional.of("uid-1");
                        case "nodeUid" -> throw new IllegalStateException("a defect");
                        default -> throw new ClusterException(Reason.NOT_FOUND, "no " + name);
                      }));
      assertThat(api.podUid("ns", "p")).contains("uid-1");
      assertThatThrownBy(() -> api.getClaim("ns", "gone", Duration.ofSeconds(1)))
          .isInstanceOf(ClusterException.class)
          .hasMessage("no getClaim");
      assertThatThrownBy(() -> api.nodeUid("n")).isInstanceOf(IllegalStateException.class);
      assertThat(SmallMachine.text(telemetry))
          .contains(count("ok", "pods", "get"))
          .contains(count("not_found", "resourceclaims", "get"))
          .contains(count("error", "nodes", "get"));
    }
  }

  private static String count(String outcome, String resource, String verb) {
    return "acceld_api_request_duration_seconds_count{outcome=\""
        + outcome
        + "\",resource=\""
        + resource
        + "\",verb=\""
        + verb
        + "\"} 1\n";
  }

  private interface Answers {
    Object to(String method, String name) throws ClusterException;
  }

  private static ClusterApi answering(Answers answers) {
    return (ClusterApi)
        Proxy.newProxyInstance(
            ClusterApi.class.getClassLoader(),
            new Class<?>[] {ClusterApi.class},
            (proxy, method, args) -> answers.to(method.getName(), method.getName()));
  }
}
