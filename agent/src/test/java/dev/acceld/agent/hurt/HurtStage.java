package dev.acceld.agent.hurt;

import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.standin.PrepareAnswer;
import dev.acceld.dra.standin.StandinApiServer;
import dev.acceld.dra.standin.StandinKubelet;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A node for the hurt suite: a stand-in API server and kubelet in this process, and agents as
 * processes of their own. Everything ends with it.
 */
public final class HurtStage implements AutoCloseable {
  /** For what a busy machine may take long for. */
  public static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The node, its API server, kubelet and directories. */
  public final AgentStage node;

  private final int cpus;
  private final Deque<HurtAgent> agents = new ArrayDeque<>();

  /**
   * @param cpus for each agent
   */
  public HurtStage(int cpus) throws IOException {
    this.cpus = cpus;
    node = new AgentStage();
  }

  /** The API server. */
  public StandinApiServer api() {
    return node.api;
  }

  /** The kubelet. */
  public StandinKubelet kubelet() {
    return node.kubelet;
  }

  /** The make-believe machine of the agents, once one has started. */
  public Simulation machine() throws IOException {
    return Simulation.open(machineDir());
  }

  private Path machineDir() {
    return node.stateDir().resolve("machine");
  }

  /**
   * Starts an agent and does not wait for it.
   *
   * @param more settings beside those that the chart makes
   * @param jvm options beside those of the distribution, which they override
   */
  public HurtAgent start(String instance, Map<Setting, String> more, String... jvm)
      throws IOException {
    HurtAgent agent =
        HurtAgent.start(
            node.dir.resolve(instance + "-" + agents.size() + ".log"),
            node.settings(instance, more),
            cpus,
            List.of(jvm));
    agents.push(agent);
    return agent;
  }

  /** Starts an agent and waits until it is ready. */
  public HurtAgent ready(String instance, Map<Setting, String> more, String... jvm)
      throws IOException {
    HurtAgent agent = start(instance, more, jvm);
    agent.awaitReady(PATIENCE);
    return agent;
  }

  /** Has the kubelet prepare one claim. */
  public PrepareAnswer prepare(ClaimRef claim) {
    return Objects.requireNonNull(
        node.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()));
  }

  /** Has the kubelet give one claim back; the error, or nothing. */
  public String unprepare(ClaimRef claim) {
    return Objects.requireNonNull(
        node.kubelet.unprepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()));
  }

  @Override
  public void close() throws Exception {
    while (!agents.isEmpty()) {
      agents.pop().close();
    }
    node.close();
  }
}
