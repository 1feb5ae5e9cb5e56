package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what at the API server. */
class ApiAccessTest {
  private Helm helm;

  @BeforeEach
  void findHelm() {
    helm = Helm.orSkip();
  }

  @Test
  void theAgentHasTheseVerbsAndNoOthers() throws Exception {
    assertThat(verbs(helm.objects().get("ClusterRole", "acceld")))
        .isEqualTo(
            Map.of(
                "resource.k8s.io/resourceslices",
                List.of("list", "watch", "create", "update", "delete"),
                "resource.k8s.io/resourceclaims",
                List.of("get"),
                "/nodes",
                List.of("get"),
                "/pods",
                List.of("get"),
                "events.k8s.io/events",
                List.of("create", "patch")));
  }

  @Test
  void whoIsNotToldNeedsNoRightAndTheNodesConditionNeedsOneMore() throws Exception {
    assertThat(verbs(role("health.events=false"))).doesNotContainKey("events.k8s.io/events");
    assertThat(verbs(role("health.nodeCondition=true")))
        .containsEntry("/nodes/status", List.of("patch"))
        .hasSize(6);
    assertThat(verbs(role("health.nodeCondition=false"))).doesNotContainKey("/nodes/status");
  }

  private JsonNode role(String value) throws Exception {
    return helm.objects("--set", value).get("ClusterRole", "acceld");
  }

  @Test
  void thePolicyLeavesOneConditionOfTheOwnNode() throws Exception {
    assertThat(helm.objects().names("ValidatingAdmissionPolicy"))
        .containsExactlyInAnyOrder("acceld-own-node", "acceld-own-events");
    assertThat(helm.objects("--set", "health.events=false").names("ValidatingAdmissionPolicy"))
        .containsExactly("acceld-own-node");
    JsonNode policy =
        helm.objects("--set", "health.nodeCondition=true")
            .get("ValidatingAdmissionPolicy", "acceld-own-condition");
    assertThat(Objects.texts(policy.at("/spec/matchConstraints/resourceRules/0/resources")))
        .containsExactly("nodes/status");
    assertThat(policy.at("/spec/validations").findValuesAsText("expression"))
        .anyMatch(e -> e.contains("object.metadata.name == variables.node"))
        .anyMatch(e -> e.contains("variables.before == variables.after"));
    assertThat(
            helm.objects("--set", "health.nodeCondition=true,admissionPolicy.enabled=false")
                .names("ValidatingAdmissionPolicy"))
        .isEmpty();
  }

  @Test
  void theUninstallHookReadsClaimsAndIsGoneAfterwards() throws Exception {
    Objects objects = helm.objects();

    assertThat(verbs(objects.get("ClusterRole", "acceld-await-unused")))
        .isEqualTo(Map.of("resource.k8s.io/resourceclaims", List.of("list")));
    for (String kind : List.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Job")) {
      JsonNode annotations = objects.get(kind, "acceld-await-unused").at("/metadata/annotations");
      assertThat(annotations.path("helm.sh/hook").asText()).isEqualTo("pre-delete");
      assertThat(annotations.path("helm.sh/hook-delete-policy").asText())
          .contains("hook-succeeded");
    }
    assertThat(helm.objects("--set", "uninstall.waitUnused=false").names("Job")).isEmpty();
  }

  @Test
  void everyVerbHasItsReasonBesideIt() throws Exception {
    for (String file : List.of("rbac.yaml", "uninstall.yaml")) {
      String template = Tree.text(Tree.CHART.resolve("templates").resolve(file));

      assertThat(template).doesNotContain("verbs: [");
      assertThat(
              template
                  .lines()
                  .filter(l -> l.matches(" +- (get|list|watch|create|update|delete)\\b.*")))
          .isNotEmpty()
          .allMatch(l -> l.matches(" +- [a-z]+ # .+"));
    }
  }

  @Test
  void thePolicyMatchesTheAgentsOwnAccountAndDriver() throws Exception {
    Objects objects =
        helm.objects("--set", "driverName=gpu.example.com,nameOverride=other", "--namespace", "ns");
    JsonNode policy = objects.get("ValidatingAdmissionPolicy", "other-own-node");
    String account = objects.get("ServiceAccount", "other").at("/metadata/name").asText();

    assertThat(policy.at("/spec/matchConditions/0/expression").asText())
        .isEqualTo("request.userInfo.username == \"system:serviceaccount:ns:" + account + "\"");
    assertThat(policy.at("/spec/failurePolicy").asText()).isEqualTo("Fail");
    assertThat(Objects.texts(policy.at("/spec/matchConstraints/resourceRules/0/operations")))
        .containsExactly("CREATE", "UPDATE", "DELETE");
    assertThat(policy.at("/spec/validations").findValuesAsText("expression"))
        .hasSize(4)
        .anyMatch(e -> e.contains("s.spec.driver == \"gpu.example.com\""))
        .anyMatch(e -> e.contains("s.spec.nodeName == variables.node"))
        .anyMatch(e -> e.contains("s.spec.pool.name == variables.node"));
    JsonNode binding = objects.get("ValidatingAdmissionPolicyBinding", "other-own-node");
    assertThat(binding.at("/spec/policyName").asText()).isEqualTo("other-own-node");
    assertThat(Objects.texts(binding.at("/spec/validationActions"))).containsExactly("Deny");
  }

  private static Map<String, List<String>> verbs(JsonNode role) {
    Map<String, List<String>> verbs = new TreeMap<>();
    for (JsonNode rule : role.path("rules")) {
      for (String group : Objects.texts(rule.path("apiGroups"))) {
        for (String resource : Objects.texts(rule.path("resources"))) {
          verbs.put(group + "/" + resource, Objects.texts(rule.path("verbs")));
        }
      }
    }
    return verbs;
  }
}
