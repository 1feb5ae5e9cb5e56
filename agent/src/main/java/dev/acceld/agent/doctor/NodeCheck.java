package dev.acceld.agent.doctor;

import dev.acceld.dra.cluster.ClusterRequests.Answer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether {@code --node-name} is a Node, and its kubelet new enough. */
final class NodeCheck implements Check {
  private static final Pattern VERSION = Pattern.compile("v1\\.(\\d+).*");
  private static final int FIRST_MINOR = 34;

  private final ClusterAccess cluster;
  private final String node;

  NodeCheck(ClusterAccess cluster, String node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public String name() {
    return "node";
  }

  @Override
  public List<Finding> look() throws ClusterAccess.CannotAskException {
    Answer answer = cluster.ask("GET", "/api/v1/nodes/" + node, null);
    return List.of(
        switch (answer.status()) {
          case 200 -> kubelet(answer.body().at("/status/nodeInfo/kubeletVersion").asText());
          case 404 ->
              Finding.fail(
                  name(),
                  "there is no Node " + node,
                  "set --node-name to the Node's name (kubectl get nodes)");
          default ->
              Finding.skipped(name(), "Node " + node + ": " + ClusterAccess.describe(answer));
        });
  }

  private Finding kubelet(String version) {
    Matcher m = VERSION.matcher(version);
    return m.matches() && Integer.parseInt(m.group(1)) < FIRST_MINOR
        ? Finding.fail(
            name(),
            "the kubelet of " + node + " is " + version,
            "upgrade it to 1.34 or newer, which dynamic resource allocation needs")
        : Finding.ok(name(), "Node " + node + ", kubelet " + version);
  }
}
