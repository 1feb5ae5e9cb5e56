package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.machine.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Pods come and go while everything goes wrong and the agent is killed, round by round. What
 * happens is drawn from a seed; {@code -Dacceld.hurt.seed=N} takes another one.
 */
class AllAtOnceHurtIT {
  private static final long SEED = Long.getLong("acceld.hurt.seed", 11);
  private static final int ROUNDS = 6;
  private static final int WORKERS = 4;

  private static final Map<Setting, String> SETTINGS =
      Map.of(
          Setting.MACHINE,
          "h100x8",
          Setting.named("nvidia-mig-on-demand"),
          "0,1,2,3",
          Setting.REDISCOVER_INTERVAL,
          "1s");

  @HurtTest
  void noDeviceHasTwoHoldersAndNothingIsLeftBehind(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      rounds(stage, new Random(SEED));
    } catch (AssertionError e) {
      throw new AssertionError("with the seed " + SEED + ": " + e.getMessage(), e);
    }
  }

  private static void rounds(HurtStage stage, Random random) throws Exception {
    HurtAgent agent = stage.ready("r0", SETTINGS);
    Simulation machine = stage.machine();
    Traces traces = new Traces(stage);
    LiveClaims claims = new LiveClaims(stage);
    Troubles troubles = new Troubles(stage, traces, claims, random.nextLong());
    List<LiveClaims.Worker> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      workers.add(claims.new Worker("w" + i, random.nextLong()));
    }
    int most = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      AtomicBoolean over = new AtomicBoolean();
      try (ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
        List<Future<?>> all = new ArrayList<>();
        try {
          for (LiveClaims.Worker worker : workers) {
            all.add(
                threads.submit(
                    () -> {
                      while (!over.get()) {
                        worker.step();
                      }
                      return worker;
                    }));
          }
          int things = random.nextInt(3, 8);
          for (int i = 0; i < things; i++) {
            Thread.sleep(random.nextInt(1500));
            troubles.one(machine);
          }
          Thread.sleep(random.nextInt(1000));
        } finally {
          over.set(true);
          agent.kill(); // calls that wait end with it
        }
        for (Future<?> each : all) {
          finished(each);
        }
      }
      most = Math.max(most, claims.size());
      claims.check();
      claims.checkFiles(traces);
      troubles.damageOne();
      if (random.nextBoolean()) {
        troubles.mend(machine);
      }
      agent = stage.start("r" + round, SETTINGS);
      stage.kubelet().awaitRegistered(AgentStage.DRIVER, HurtStage.PATIENCE);
    }
    troubles.mend(machine);
    agent.kill();
    traces.litter();
    agent = stage.ready("last", SETTINGS);
    assertThat(most).as("claims at once").isGreaterThan(2);
    claims.checkAnswers();
    claims.check();
    traces.cleanedUp();
    claims.checkFiles(traces);
    workers.forEach(LiveClaims.Worker::endAll);
    agent.kill();
    traces.litter();
    agent = stage.ready("after", SETTINGS);
    traces.cleanedUp();
    traces.nothingLeft();
    assertThat(agent.command("claims")).contains("No claims");
  }

  private static void finished(Future<?> work) throws Exception {
    try {
      work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError wrong) {
        throw wrong;
      }
      throw e;
    }
  }
}
