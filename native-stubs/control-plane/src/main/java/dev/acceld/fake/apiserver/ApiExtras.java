package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** What an API server answers besides objects: its version, what it serves, what one may do. */
final class ApiExtras {
  private final ObjectMapper mapper;
  private final ApiServerFaults faults;

  ApiExtras(ObjectMapper mapper, ApiServerFaults faults) {
    this.mapper = mapper;
    this.faults = faults;
  }

  /** Empty when the path is something else. */
  Optional<ObjectNode> answer(String path, byte[] body) throws IOException {
    return switch (path) {
      case "/version" -> Optional.of(mapper.createObjectNode().put("gitVersion", "v1.37.0"));
      case "/apis/resource.k8s.io/v1" ->
          Optional.of(
              mapper
                  .createObjectNode()
                  .put("kind", "APIResourceList")
                  .put("groupVersion", "resource.k8s.io/v1"));
      case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" ->
          Optional.of(review(mapper.readTree(body)));
      default -> Optional.empty();
    };
  }

  private ObjectNode review(JsonNode asked) {
    JsonNode about = asked.at("/spec/resourceAttributes");
    ObjectNode answer = asked.deepCopy();
    answer
        .withObject("status")
        .put(
            "allowed",
            !faults.isForbidden(about.path("verb").asText(), about.path("resource").asText()));
    return answer;
  }
}
