package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.dra.cluster.ClusterRequests.Answer;
import java.util.ArrayList;
import java.util.List;

/** Whether we may do all that the agent does; everybody may ask that of himself. */
final class RightsCheck implements Check {
  private static final String PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  private static final String DRA = "resource.k8s.io";
  private static final List<Right> NEEDED =
      List.of(
          new Right("list", DRA, "resourceslices"),
          new Right("watch", DRA, "resourceslices"),
          new Right("create", DRA, "resourceslices"),
          new Right("update", DRA, "resourceslices"),
          new Right("delete", DRA, "resourceslices"),
          new Right("get", DRA, "resourceclaims"),
          new Right("get", "", "nodes"),
          new Right("get", "", "pods"));

  private final ClusterAccess cluster;
  private final String node;

  private record Right(String verb, String group, String resource) {
    @Override
    public String toString() {
      return verb + " " + resource;
    }
  }

  RightsCheck(ClusterAccess cluster, String node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public String name() {
    return "rights";
  }

  @Override
  public List<Finding> look() throws ClusterAccess.CannotAskException {
    List<Finding> missing = new ArrayList<>();
    for (Right right : NEEDED) {
      Answer answer = cluster.ask("POST", PATH, review(right));
      JsonNode allowed = answer.body().path("status").path("allowed");
      if (!allowed.isBoolean()) {
        return List.of(
            Finding.skipped(
                name(),
                "the API server does not answer the access review: "
                    + ClusterAccess.describe(answer)));
      }
      if (!allowed.asBoolean()) {
        missing.add(
            Finding.fail(
                name(),
                "the agent may not " + right,
                "add to the agent's ClusterRole the verb "
                    + right.verb()
                    + " on "
                    + right.resource()
                    + (right.group().isEmpty() ? "" : " of " + right.group())
                    + " (the chart and daemonset/manifests have it), and bind it to its service"
                    + " account"));
      }
    }
    return missing.isEmpty()
        ? List.of(Finding.ok(name(), "all " + NEEDED.size() + " verbs that the agent needs"))
        : missing;
  }

  private ObjectNode review(Right right) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    ObjectNode about = review.withObject("spec").withObject("resourceAttributes");
    about.put("verb", right.verb()).put("group", right.group()).put("resource", right.resource());
    if (right.resource().equals("nodes")) {
      about.put("name", node); // a role may be limited to it
    }
    return review;
  }
}
