package dev.acceld.dra.claim;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the claim side is told at start.
 *
 * @param driverName the driver whose results are ours; also the vendor of our CDI names
 * @param poolName the pool that this node publishes
 * @param nodeName the Node's name
 * @param cdiDir where the container runtime looks for CDI files
 * @param stateDir where records live; shared with the other process of a rolling update
 * @param apiBudget how long one call may try to read a claim
 * @param holderWait how long one call may wait for an earlier holder of a device
 * @param callBudget how long one call may take in all; the kubelet gives up after 45 s
 */
public record ClaimSettings(
    String driverName,
    String poolName,
    String nodeName,
    Path cdiDir,
    Path stateDir,
    Duration apiBudget,
    Duration holderWait,
    Duration callBudget) {

  /** With the usual budgets; the pool is named like the node. */
  public static ClaimSettings of(String driverName, String nodeName, Path cdiDir, Path stateDir) {
    return new ClaimSettings(
        driverName,
        nodeName,
        nodeName,
        cdiDir,
        stateDir,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(35));
  }

  /** How long a waiting call must see that an earlier holder is gone before it cleans up itself. */
  public Duration holderProof() {
    return holderWait.dividedBy(3);
  }

  /** How long one look at an earlier holder, and cleaning up behind it, may take: 12 of 30 s. */
  public Duration holderProofNeeds() {
    return holderWait.multipliedBy(2).dividedBy(5);
  }

  /** How long a call of a driver may take before its device counts as hanging. */
  public Duration hardwareWait() {
    return callBudget.dividedBy(3);
  }

  /** After how long every call is answered, also when its work hangs where nothing can wake it. */
  public Duration longestCall() {
    return callBudget.multipliedBy(8).dividedBy(7);
  }

  /** The same with other budgets. */
  public ClaimSettings withBudgets(Duration api, Duration holder, Duration call) {
    return new ClaimSettings(driverName, poolName, nodeName, cdiDir, stateDir, api, holder, call);
  }
}
