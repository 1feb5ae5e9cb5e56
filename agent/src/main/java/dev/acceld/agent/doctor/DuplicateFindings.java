package dev.acceld.agent.doctor;

import dev.acceld.agent.doctor.Finding.State;
import java.util.List;
import java.util.Map;

/** Leaves out what the running agent says of itself where a look of our own has found the same. */
final class DuplicateFindings {
  static final String AGENT = "agent: ";

  private static final String PROBE = AGENT + "probe-";

  /** By the agent's condition, the check of the same matter. */
  private static final Map<String, String> SAME =
      Map.of(
          AGENT + "device-plugin", "device plugins",
          AGENT + "other-driver", "other DRA drivers",
          AGENT + "cdi", "CDI directory",
          AGENT + "api", "API server",
          AGENT + "kubelet", "kubelet directory");

  private DuplicateFindings() {}

  static List<Finding> of(List<Finding> all) {
    return all.stream().filter(f -> !said(f, all)).toList();
  }

  private static boolean said(Finding agents, List<Finding> all) {
    String check = agents.name().startsWith(PROBE) ? "driver" : SAME.get(agents.name());
    return check != null && all.stream().anyMatch(f -> f.name().equals(check) && covers(f, agents));
  }

  /** That the agent is registered is more than that the kubelet has a socket. */
  private static boolean covers(Finding ours, Finding agents) {
    return agents.state() == State.OK
        ? ours.state() == State.OK && agents.name().equals(AGENT + "cdi")
        : ours.state() == State.FAIL || ours.state() == State.WARN;
  }
}
