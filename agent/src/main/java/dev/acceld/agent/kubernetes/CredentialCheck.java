package dev.acceld.agent.kubernetes;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server whether it accepts the agent's credentials again, while it does not: nobody
 * else may be asking then, so readiness would not learn of it.
 */
final class CredentialCheck implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(CredentialCheck.class);

  private final ApiRefusals refusals;
  private final ClusterApi api;
  private final String nodeName;
  private final Runnable accepted;

  /**
   * @param accepted is run when the credentials are accepted again
   */
  CredentialCheck(ApiRefusals refusals, ClusterApi api, String nodeName, Runnable accepted) {
    this.refusals = refusals;
    this.api = api;
    this.nodeName = nodeName;
    this.accepted = accepted;
  }

  /** One question at most; may wait for the API server. */
  @Override
  public void run() {
    if (!refusals.unauthorized()) {
      return;
    }
    try {
      String uid = api.nodeUid(nodeName);
      log.info(
          "the API server accepts the agent's credentials again (Node {} is {})", nodeName, uid);
      accepted.run();
    } catch (ClusterException | RuntimeException e) {
      log.debug("the API server still rejects the agent's credentials: {}", e.getMessage());
    }
  }
}
