package dev.acceld.agent.hurt;

import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A node for the hurt suite: a fake API server and kubelet in this process, and agents as processes
 * of their own. Everything ends with it.
 */
public final class HurtStage implements AutoCloseable {
  /** For what a busy machine may take long for. */
  public static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The node, its API server, kubelet and directories. */
  public final AgentStage node;

  private final int cpus;
  private final Deque<HurtAgent> agents = new ArrayDeque<>();
  private @Nullable Path planted;
  private boolean withoutPrivileges;

  /**
   * @param cpus for each agent
   */
  public HurtStage(int cpus) throws IOException {
    this.cpus = cpus;
    node = new AgentStage();
  }

  /** The API server. */
  public FakeApiServer api() {
    return node.api;
  }

  /** The kubelet. */
  public FakeKubelet kubelet() {
    return node.kubelet;
  }

  /** The simulated machine of the agents, once one has started. */
  public Simulation machine() throws IOException {
    return Simulation.open(machineDir());
  }

  /** The root of that machine. */
  Path machineDir() {
    return planted == null ? node.stateDir().resolve("machine") : planted;
  }

  /** Makes a machine outside the state directory; {@link #onPlanted} leads an agent to it. */
  public Simulation plant(String name) {
    Path root = node.dir.resolve("machine");
    MachineTree.create(root, MachineCatalog.load(name));
    planted = root;
    return Simulation.open(root);
  }

  /** Settings for an agent whose hardware is a directory of its own. */
  public Map<Setting, String> onPlanted(Path hostRoot) {
    Map<Setting, String> settings = new TreeMap<>();
    settings.put(Setting.MACHINE, "");
    settings.put(Setting.HOST_ROOT, hostRoot.toString());
    settings.put(Setting.named("nvidia-driver-root"), machineDir().toString());
    return settings;
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
            withoutPrivileges,
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

  /** Rights of files bind the next agents, also if they run as root. */
  public void withoutPrivileges() {
    withoutPrivileges = true;
  }

  /** Starts an agent and waits until the kubelet has it. */
  public HurtAgent registered(String instance, Map<Setting, String> more, String... jvm)
      throws Exception {
    HurtAgent agent = start(instance, more, jvm);
    kubelet().awaitRegistered(AgentStage.DRIVER, PATIENCE);
    return agent;
  }

  /** The error of a prepare of one claim, if there is one: of the claim, or of the call. */
  public String trouble(ClaimId claim) {
    try {
      return prepare(claim).error();
    } catch (StatusRuntimeException | IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The errors of one prepare of several claims; empty for those that are prepared. */
  public List<String> troubles(List<ClaimId> claims) {
    Map<String, PrepareAnswer> answers = node.kubelet.prepare(AgentStage.DRIVER, claims);
    return claims.stream().map(c -> Objects.requireNonNull(answers.get(c.uid())).error()).toList();
  }

  /** Has the kubelet prepare one claim, again and again until it is done. */
  public PrepareAnswer prepared(ClaimId claim) {
    return Awaitility.await("claim " + claim.name())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> prepare(claim), answer -> answer.error().isEmpty());
  }

  /** Has the kubelet give one claim back, again and again until it is done. */
  public void givenBack(ClaimId claim) {
    Awaitility.await("end of claim " + claim.name())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> unprepare(claim).isEmpty());
  }

  /** Has the kubelet prepare one claim. */
  public PrepareAnswer prepare(ClaimId claim) {
    return Objects.requireNonNull(
        node.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()));
  }

  /** Has the kubelet give one claim back; the error, or nothing. */
  public String unprepare(ClaimId claim) {
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
