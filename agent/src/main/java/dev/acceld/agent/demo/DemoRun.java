package dev.acceld.agent.demo;

import dev.acceld.agent.Agent;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Sets the stage in a directory of its own, plays the demo, and clears up. */
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
   * @param machine the make-believe hardware
   * @param keep leaves everything running afterwards, until the process is stopped
   */
  public void play(String machine, boolean keep) throws Exception {
    Path dir = Files.createTempDirectory("acceld-demo-");
    Narrator out = new Narrator(stage);
    out.scene("Starting: machine " + machine + ", an API server, a kubelet, and the agent");
    out.say("Everything lives in " + dir + ".");
    ControlPlane cluster = new ControlPlane(dir, NODE);
    AgentConfig config = config(dir, machine, cluster.kubeconfig());
    Agent agent = start(config, cluster, dir);
    Runnable leave = () -> leave(agent, cluster, dir);
    if (keep) {
      Runtime.getRuntime().addShutdownHook(new Thread(leave, "shutdown"));
    }
    try {
      new Demo(out, config, cluster, agent).play();
      if (keep) {
        stay(out, dir, agent, cluster);
      }
    } finally {
      if (!keep) {
        leave.run();
      }
    }
    out.say("");
    out.say("Done.");
  }

  private static Agent start(AgentConfig config, ControlPlane cluster, Path dir)
      throws IOException {
    try {
      return Agent.start(config);
    } catch (IOException | RuntimeException | Error e) {
      cluster.close();
      remove(dir);
      throw e;
    }
  }

  private static void stay(Narrator out, Path dir, Agent agent, ControlPlane cluster)
      throws InterruptedException {
    out.scene("Still running; Ctrl-C ends it");
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

  private static void leave(Agent agent, ControlPlane cluster, Path dir) {
    agent.close();
    cluster.close();
    remove(dir);
  }

  private static void remove(Path dir) {
    try {
      Files.walkFileTree(dir, new Remover());
    } catch (IOException e) {
      throw new IllegalStateException(dir + " could not be removed: " + e.getMessage(), e);
    }
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
        throws IOException {
      Files.delete(dir);
      return FileVisitResult.CONTINUE;
    }
  }
}
