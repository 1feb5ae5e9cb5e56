package dev.acceld.demo;

import dev.acceld.agent.Agent;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Sets the stage in a directory of its own, plays the demo, and clears up, also when a signal ends
 * the process.
 */
public final class DemoRun {
  private static final String NODE = "demo-node";

  private final PrintStream stage;

  /** Plays on that stream. */
  public DemoRun(PrintStream stage) {
    this.stage = stage;
  }

  /**
   * Plays the demo.
   *
   * @param machine the simulated hardware
   * @param keep leaves everything running afterwards, until the process is stopped
   */
  public void play(String machine, boolean keep) throws Exception {
    Stage scenery = new Stage();
    Thread ended = new Thread(() -> close(scenery), "shutdown");
    Runtime.getRuntime().addShutdownHook(ended);
    try {
      play(machine, keep, scenery);
    } catch (Exception e) {
      if (scenery.isClosed()) {
        new CountDownLatch(1).await(); // a signal ends the process, and took the scenery away
      }
      throw e;
    } finally {
      scenery.close();
    }
    stage.println();
    stage.println("Done.");
  }

  private void play(String machine, boolean keep, Stage scenery) throws Exception {
    Path dir = scenery.dir();
    Narrator out = new Narrator(stage);
    out.scene(
        "Start: the agent, on the simulated machine "
            + machine
            + ", with a fake API server and kubelet");
    out.say(
        "Everything is in "
            + dir
            + (keep ? "." : ", which is deleted at the end (--keep leaves it running)."));
    ControlPlane cluster = scenery.with(new ControlPlane(dir, NODE));
    AgentConfig config = config(dir, machine, cluster.kubeconfig());
    Agent agent = scenery.with(Agent.start(config));
    new Demo(out, config, cluster, agent).play();
    if (keep) {
      stay(out, dir, agent, cluster);
    }
  }

  private static void close(Stage scenery) {
    try {
      scenery.close();
    } catch (Exception e) {
      System.err.println("acceld: " + e.getMessage());
    }
  }

  private static void stay(Narrator out, Path dir, Agent agent, ControlPlane cluster)
      throws InterruptedException {
    out.scene("Still running; Ctrl-C ends it");
    out.say("status     " + Scrape.url(agent.httpAddress(), "/"));
    out.say("metrics    " + Scrape.url(agent.httpAddress(), "/metrics"));
    out.say("readiness  " + Scrape.url(agent.httpAddress(), "/readyz"));
    out.say("slices     " + cluster.api().url() + "/apis/resource.k8s.io/v1/resourceslices");
    out.say("devices    agent/bin/acceld devices --state-dir " + dir.resolve("state"));
    out.say(
        "a fault    agent/bin/acceld simulate --state-dir "
            + dir.resolve("state")
            + " xid gpu-1 48");
    new CountDownLatch(1).await();
  }

  private static AgentConfig config(Path dir, String machine, Path kubeconfig) {
    return ConfigReader.read(
        RawSettings.of(
            Map.of(
                Setting.NODE_NAME,
                NODE,
                Setting.KUBECONFIG,
                kubeconfig.toString(),
                Setting.KUBELET_DIR,
                dir.resolve("kubelet").toString(),
                Setting.CDI_DIR,
                dir.resolve("cdi").toString(),
                Setting.STATE_DIR,
                dir.resolve("state").toString(),
                Setting.HTTP_ADDRESS,
                "127.0.0.1:0",
                Setting.MACHINE,
                machine,
                Setting.INSTANCE,
                "demo"),
            Map.of(),
            Optional.empty()));
  }
}
