package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import dev.acceld.e2e.components.NotPossibleException;
import dev.acceld.e2e.dashboards.Dashboard;
import dev.acceld.e2e.dashboards.Hour;
import dev.acceld.e2e.dashboards.HourPrometheus;
import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Series;
import dev.acceld.e2e.dashboards.View;
import dev.acceld.e2e.dashboards.render.DashboardImage;
import dev.acceld.e2e.install.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dashboards over an hour of three nodes in which a script lets pods come and go and devices
 * break: real agents on simulated hardware, recorded in some minutes, in a real Prometheus. It
 * needs no cluster.
 */
@Tag("telemetry")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardsHourIT {
  private static final Logger LOG = LoggerFactory.getLogger(DashboardsHourIT.class);

  /** The numbers of a device's states in the dashboards. */
  private static final double HEALTHY = 0;

  private static final double UNHEALTHY = 3;
  private static final double HELD = 2;

  /** Chips that the training has. */
  private static final int BLOCK = 4;

  private HourPrometheus prometheus;
  private HourViews views;

  @BeforeAll
  void record() throws IOException {
    Cache cache = Cache.ofThisUser();
    try {
      new Components(cache, Set.of(), Set.of(), LOG::info).prepare();
    } catch (NotPossibleException e) {
      Assumptions.assumeTrue(Boolean.getBoolean("acceld.e2e.required"), e.getMessage());
      throw e;
    }
    Path directory =
        Path.of(System.getProperty("acceld.e2e.output", "target/e2e"), "hour").toAbsolutePath();
    Files.createDirectories(directory);
    String recorded = System.getProperty("acceld.e2e.hour", "");
    Hour hour = recorded.isEmpty() ? Hour.record(directory) : Hour.read(Path.of(recorded));
    prometheus =
        new HourPrometheus(
            cache.tree().resolve("usr/bin"),
            directory,
            hour,
            Sources.chart().resolve("rules/acceld.yaml"));
    views = new HourViews(hour, prometheus, Dashboard.in(Sources.chart().resolve("dashboards")));
  }

  @AfterAll
  void end() {
    if (prometheus != null) {
      prometheus.close();
    }
  }

  @Test
  void everyPanelHasDataWhereItApplies() {
    List<String> empty = new ArrayList<>();
    int asked = 0;
    for (View view : views.all()) {
      for (Panel panel : view.dashboard().panels()) {
        Map<String, List<Series>> answers = views.ask(view, panel);
        asked += answers.size();
        if (HourApplies.applies(view, panel)
            && answers.values().stream().flatMap(List::stream).noneMatch(Series::hasNumbers)) {
          empty.add(view.name() + ": " + panel.title());
        }
      }
    }
    assertThat(asked).isGreaterThan(1000);
    assertThat(empty).isEmpty();
  }

  @Test
  void theFaultIsThereFromItsMinuteToItsRepair() {
    assertThat(state(19)).as("before").isEqualTo(HEALTHY);
    assertThat(state(21)).as("XID at 20").isEqualTo(UNHEALTHY);
    assertThat(state(27)).as("as long as its pod runs").isEqualTo(UNHEALTHY);
    assertThat(state(32)).as("repaired at 30").isEqualTo(HEALTHY);
    Function<Integer, Double> gone = m -> views.number(views.at(m, "fleet"), "Not schedulable");
    assertThat(gone.apply(19)).isZero();
    assertThat(gone.apply(22)).isEqualTo(1);
    assertThat(gone.apply(32)).isZero();
    assertThat(problems(22)).contains("xid");
    assertThat(problems(32)).containsExactly("none");
    View hour = views.at(Hour.MINUTES, "health");
    Series xid = only(views.lines(hour, "Faults"), s -> s.label("reason").equals("xid"));
    assertThat(views.most(xid, 20, 22)).as("new at 20").isPositive();
    assertThat(views.at(hour, xid, 30)).as("nothing new any more").isZero();
    assertThat(views.lines(hour, "XID errors"))
        .anySatisfy(s -> assertThat(s.label("xid")).isEqualTo("95"));
    Series repaired =
        only(views.lines(hour, "Repairs"), s -> s.label("outcome").equals("repaired"));
    assertThat(views.most(repaired, 30, 32)).isPositive();
    assertThat(views.at(hour, repaired, 36)).isZero();
  }

  private double state(int minute) {
    return views.number(views.at(minute, "device", "gpu-1", "gpu-3"), "Health");
  }

  private List<String> problems(int minute) {
    return labels(views.rows(views.at(minute, "health"), "Problems"), "reason");
  }

  private static List<String> labels(List<Series> all, String label) {
    return all.stream().map(s -> s.label(label)).distinct().toList();
  }

  private static Series only(List<Series> all, Predicate<Series> wanted) {
    List<Series> found = all.stream().filter(wanted).toList();
    assertThat(found).as("in %s", all).hasSize(1);
    return found.getFirst();
  }

  @Test
  void aLostChipIsMissingUntilItIsBack() {
    for (int minute : List.of(32, 35, 44, 48)) {
      double gone = views.number(views.at(minute, "node", "tpu-1", ""), "Not schedulable");
      assertThat(gone).as("minute %s", minute).isEqualTo(minute > 33 && minute < 45 ? 1 : 0);
    }
  }

  @Test
  void agentsThatWorkAreShownAsThat() {
    for (String node : HourViews.NODES) {
      View end = views.at(Hour.MINUTES, "node", node, "");
      for (String part : List.of("Kubelet", "ResourceSlices", "Agent")) {
        assertThat(views.number(end, part)).as("%s: %s", node, part).isEqualTo(1);
      }
    }
    View agent = views.at(40, "node", "gpu-1", "");
    assertThat(views.number(agent, "Kubelet")).as("before the restart").isEqualTo(1);
  }

  @Test
  void theRecordingRulesHaveRecordedTheHour() {
    assertThat(views.query(39, "node:acceld_agents:count"))
        .hasSize(HourViews.NODES.size())
        .allSatisfy(s -> assertThat(s.last()).isEqualTo(1));
    assertThat(views.query(39, "kind:acceld_devices:count{kind=\"gpu\"}"))
        .singleElement()
        .satisfies(s -> assertThat(s.last()).isEqualTo(10));
    assertThat(labels(views.query(30, "node_phase:acceld_pod_startup_seconds:p90_30m"), "phase"))
        .contains("kubelet", "prepare", "container");
  }

  @Test
  void chipsOfAHeldBlockAreHeld() {
    View before = views.at(9, "fleet");
    Series chips =
        only(views.lines(before, "Held devices by type"), s -> s.label("type").equals("tpu-chip"));
    assertThat(chips.last()).as("four chips of a block, one of another node").isEqualTo(5);
    View chip = views.at(9, "device", "tpu-1", "tpu-0");
    assertThat(views.number(chip, "Claims")).isEqualTo(1);
    assertThat(labels(views.rows(chip, "Holders"), "pod")).containsExactly("tpu-train");
    View node = views.at(9, "node", "tpu-1", "");
    assertThat(views.ask(node, "state-timeline", "Schedulable, and held by claims"))
        .filteredOn(s -> s.last() == HELD)
        .hasSize(BLOCK);
  }

  @Test
  void whoHoldsADeviceAndDoesNothingIsNamed() {
    View hour = views.at(Hour.MINUTES, "claims");
    // Since minute 4; a sample that comes late on a busy machine lets it begin anew.
    assertThat(List.of(15, 20, 25, 30, 39))
        .allSatisfy(m -> assertThat(idleMinutes(m)).isLessThan(m - 3.5))
        .anySatisfy(m -> assertThat(idleMinutes(m)).isGreaterThan(8));
    assertThat(idleMinutes(60)).as("since the agent came back").isLessThan(20);
    Map<String, List<Series>> namespaces =
        views.ask(hour, hour.dashboard().panel("table", "Namespaces"));
    assertThat(of(namespaces, "C", "notebooks"))
        .as("a GPU is wasted; a chip that reports nothing is not known to be")
        .isBetween(0.45, 0.65);
    Map<String, List<Series>> claims = views.ask(hour, hour.dashboard().panel("table", "Claims"));
    assertThat(only(claims.get("B"), s -> s.label("claim").startsWith("notebook-0")).last())
        .as("waste")
        .isGreaterThan(0.95);
    assertThat(of(namespaces, "C", "training")).as("waste").isLessThan(0.2);
    assertThat(of(namespaces, "E", "training")).as("utilization").isBetween(0.6, 1.0);
    double notebooks = of(namespaces, "A", "notebooks");
    assertThat(notebooks).as("hours of a GPU and a chip").isBetween(1.6, 1.9);
    assertThat(of(namespaces, "B", "notebooks")).as("cost").isEqualTo(2.5 * notebooks);
    assertThat(of(namespaces, "F", "inference")).as("kWh").isBetween(0.2, 0.6);
    Series training =
        only(views.lines(hour, "Devices held"), s -> s.label("namespace").equals("training"));
    assertThat(views.at(hour, training, 15)).as("three GPUs and a block").isBetween(3.5, 7.5);
    assertThat(views.at(hour, training, 30)).as("the block").isBetween(0.5, 4.5);
    assertThat(views.at(hour, training, 58)).isZero();
  }

  private double idleMinutes(int minute) {
    List<Series> idle = views.rows(views.at(minute, "claims"), "Held and idle now");
    return only(idle, s -> s.label("pod").equals("notebook-0")).last() / 60;
  }

  private static double of(Map<String, List<Series>> answers, String ref, String namespace) {
    return only(answers.get(ref), s -> s.label("namespace").equals(namespace)).last();
  }

  @Test
  void startsOfPodsAreMeasuredByPhaseAndFailuresCounted() {
    View hour = views.at(Hour.MINUTES, "startup");
    assertThat(views.number(hour, "Prepared")).as("pods of the script").isBetween(14.0, 22.0);
    assertThat(views.number(hour, "Failed")).as("the claim of minute 22").isBetween(0.5, 1.5);
    assertThat(views.number(views.at(20, "startup"), "Failed")).isZero();
    assertThat(labels(views.lines(hour, "Start of pods, mean"), "phase"))
        .contains("kubelet", "prepare", "container", "first_use");
    Series kubelet =
        only(views.lines(hour, "Start of pods, mean"), s -> s.label("phase").equals("kubelet"));
    assertThat(kubelet.max()).as("the script says 2 s").isBetween(1.0, 6.0);
    Series prepare =
        views.ask(hour, hour.dashboard().panel("timeseries", "Prepare of a claim")).get("A").get(0);
    assertThat(views.most(prepare, 10, 12)).as("batch-10").isPositive();
    assertThat(views.lines(hour, "Unprepare of a claim")).anyMatch(Series::hasNumbers);
  }

  @Test
  void anAgentThatIsAwayLeavesAGapAndNoFalseNumbers() {
    View hour = views.at(Hour.MINUTES, "fleet");
    View node = views.at(Hour.MINUTES, "node", "gpu-1", "");
    assertThat(views.ask(node, "state-timeline", "Schedulable, and held by claims"))
        .hasSizeGreaterThanOrEqualTo(8)
        .allSatisfy(s -> {
          assertThat(views.at(node, s, 39)).isPositive();
          assertThat(s.values()).doesNotContainKey(views.time(40).getEpochSecond() + 45);
          assertThat(views.at(node, s, 44)).isPositive();
        });
    Series gpus =
        only(views.lines(hour, "Held devices by type"), s -> s.label("type").equals("gpu"));
    assertThat(views.at(hour, gpus, 39)).isEqualTo(views.at(hour, gpus, 44)).isEqualTo(5);
    assertThat(views.number(views.at(45, "startup"), "Prepared")).as("no reset").isPositive();
  }

  @Test
  void anApiServerThatIsAwayAndADriverThatHangsAreSeen() {
    assertThat(views.number(views.at(50, "startup"), "API errors")).isZero();
    assertThat(views.number(views.at(56, "startup"), "API errors")).isPositive();
    assertThat(views.number(views.at(54, "health"), "Probes that hang")).isZero();
    assertThat(views.number(views.at(57, "health"), "Probes that hang")).isEqualTo(1);
    View node = views.at(Hour.MINUTES, "node", "mixed-1", "");
    assertThat(views.number(views.at(57, "health"), "Unknown")).isEqualTo(2);
    Series age = only(views.lines(node, "Age of readings"), s -> s.label("probe").equals("nvidia"));
    assertThat(views.at(node, age, 57)).isGreaterThan(60);
    assertThat(views.at(node, age, 50)).isLessThan(60);
  }

  @Test
  void aGpuThatGetsTooHotIsThrottled() {
    View hour = views.at(Hour.MINUTES, "health");
    String hot = views.device("gpu-1", "gpu-2");
    Series throttled =
        only(views.lines(hour, "Throttled by heat"), s -> s.label("device").equals(hot));
    assertThat(views.at(hour, throttled, 49))
        .as("one of several causes that count the same time")
        .isBetween(0.5, 1.1);
    assertThat(views.at(hour, throttled, 44)).isZero();
    Series warmest =
        only(
            views.lines(views.at(48, "fleet"), "Hottest devices"),
            s -> s.label("device").equals(hot));
    assertThat(warmest.last()).isEqualTo(88);
  }

  @Test
  void aTrainingOnChipsShowsWhatItsProgramsTell() {
    View chip = views.at(49, "device", "tpu-1", "tpu-0");
    assertThat(views.lines(chip, "Queue").getFirst().max()).isEqualTo(3);
    Series busy =
        views
            .ask(
                chip,
                chip.dashboard()
                    .panel("timeseries", "Utilization, and whether a claim holds the device"))
            .get("A")
            .getFirst();
    assertThat(busy.max()).isBetween(0.79, 0.84);
    for (int i = 0; i < BLOCK; i++) {
      View one = views.at(49, "device", "tpu-1", "tpu-" + i);
      for (String panel : List.of("Programs", "Queue", "Memory", "Activity")) {
        assertThat(views.lines(one, panel)).as(panel).anyMatch(Series::hasNumbers);
      }
      // The simulated workload counts no new ones, so their mean is no number.
      assertThat(labels(views.lines(one, "Operations"), "operation")).contains("collective");
    }
    View other = views.at(49, "device", "tpu-1", "tpu-5");
    assertThat(views.lines(other, "Queue")).as("a chip without a workload").isEmpty();
    assertThat(views.lines(views.at(Hour.MINUTES, "fleet"), "Held partitions by node"))
        .anySatisfy(s -> assertThat(s.last()).isEqualTo(1));
  }

  @Test
  @EnabledIfSystemProperty(named = "acceld.e2e.render", matches = ".+")
  void images() throws IOException {
    Path directory = Path.of(System.getProperty("acceld.e2e.render")).toAbsolutePath();
    for (View view : views.pictured()) {
      Path file = directory.resolve(view.name().replace(' ', '-') + ".png");
      new DashboardImage(view, panel -> views.ask(view, panel)).write(file);
      LOG.info("{}", file);
    }
  }
}
