package dev.acceld.probe.nvidia.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SignalTrackerTest {
  private static final DeviceName GPU = new DeviceName("gpu-1");
  private static final Instant T = Instant.ofEpochSecond(1_000_000);

  private final SignalTracker trouble = new SignalTracker();

  @Test
  void aLossIsToldOnceAndSoIsItsEnd() {
    trouble.answers(GPU, T);
    trouble.lost(GPU, T, "first");
    trouble.lost(GPU, T, "second");
    assertThat(trouble.isLost(GPU)).isTrue();
    trouble.answers(GPU, T);
    trouble.answers(GPU, T);
    assertThat(trouble.drain())
        .containsExactly(new Signal.Lost(GPU, T, "first"), new Signal.Answers(GPU, T));
    assertThat(trouble.anyLost()).isFalse();
    assertThat(trouble.drain()).isEmpty();
  }

  @Test
  void theFirstActionAndEachChangeIsTold() {
    trouble.action(GPU, T, 0, true);
    trouble.action(GPU, T, 1, true);
    trouble.action(GPU, T, 1, true);
    trouble.action(GPU, T, 2, true);
    trouble.action(GPU, T, 0, true);
    assertThat(trouble.drain())
        .containsExactly(
            new Signal.RecoveryAction(GPU, T, 1),
            new Signal.RecoveryAction(GPU, T, 2),
            new Signal.RecoveryAction(GPU, T, 0));
  }

  /** Five samples after an XID, whatever harmless event comes in between. */
  @Test
  void onlyAGraveOperationalEventPutsTheDriversWordOff() {
    assertThat(samplesUntilTheActionIsTold(false)).isEqualTo(SignalTracker.SETTLED);
    assertThat(samplesUntilTheActionIsTold(true)).isEqualTo(SignalTracker.SETTLED + 2);
  }

  private static int samplesUntilTheActionIsTold(boolean grave) {
    SignalTracker tracker = new SignalTracker();
    tracker.xid(GPU, T, 79);
    for (int sample = 1; sample < 20; sample++) {
      if (sample == 3) {
        tracker.operational(GPU, T, NvidiaHealthRules.xid(1), grave);
      }
      tracker.action(GPU, T, 0, true);
      if (tracker.drain().contains(new Signal.RecoveryAction(GPU, T, 0))) {
        return sample;
      }
    }
    throw new AssertionError("never told");
  }

  private static Sample fabric(int state, int recovering) {
    Sample.Builder values = new Sample.Builder();
    values.put(Metric.FABRIC_STATE, 0, state);
    values.put(Metric.FABRIC_PROBLEM, 1, recovering);
    return values.build();
  }

  /** Registration is under way, or a route is being recovered. */
  @ParameterizedTest
  @CsvSource({
    "2, 0, registration is in progress",
    "1, 0, registration has not started",
    "3, 1, route-recovery"
  })
  void whatShouldPassIsADefectOnceItHasLasted(int state, int recovering, String words) {
    trouble.defects(GPU, T, fabric(state, recovering));
    trouble.defects(GPU, T.plus(FabricDefects.PATIENCE).minusSeconds(1), fabric(state, recovering));
    assertThat(trouble.drain()).isEmpty();
    Instant late = T.plus(FabricDefects.PATIENCE);
    trouble.defects(GPU, late, fabric(state, recovering));
    assertThat(trouble.drain())
        .containsExactly(
            new Signal.Defect(GPU, late, DefectKind.FABRIC, true, words + " for more than 5 min"));
    trouble.defects(GPU, late, fabric(3, 0));
    assertThat(trouble.drain())
        .containsExactly(new Signal.Defect(GPU, late, DefectKind.FABRIC, false, ""));
    trouble.defects(GPU, late, fabric(state, recovering));
    assertThat(trouble.drain()).isEmpty();
  }

  @Test
  void everyXidIsTold() {
    trouble.xid(GPU, T, 31);
    trouble.xid(GPU, T, 31);
    assertThat(trouble.drain())
        .hasSize(2)
        .containsOnly(new Signal.Fault(GPU, T, NvidiaHealthRules.xid(31)));
  }

  @Test
  void afterAnXidTheDriversWordIsToldOnceMoreThoughItIsTheSame() {
    trouble.action(GPU, T, 0, true);
    trouble.xid(GPU, T, 145);
    trouble.action(GPU, T, 0, true);
    assertThat(trouble.drain())
        .containsExactly(new Signal.Fault(GPU, T, NvidiaHealthRules.xid(145)));
    for (int i = 1; i < 2 * SignalTracker.SETTLED; i++) {
      trouble.action(GPU, T, 0, true);
    }
    assertThat(trouble.drain()).containsExactly(new Signal.RecoveryAction(GPU, T, 0));
  }

  @Test
  void theDriversFirstWordIsToldForAnXidThatAnEarlierProcessSaw() {
    trouble.action(GPU, T, 0, false);
    for (int i = 0; i < 3 * SignalTracker.SETTLED; i++) {
      assertThat(trouble.drain()).as("sample %d", i).hasSize(i == SignalTracker.SETTLED ? 1 : 0);
      trouble.action(GPU, T, 0, true);
    }
  }

  @Test
  void aDriverThatCannotTellDoesNotTalkAnXidAway() {
    trouble.xid(GPU, T, 48);
    for (int i = 0; i < 5; i++) {
      trouble.action(GPU, T, 0, false);
    }
    assertThat(trouble.drain())
        .containsExactly(new Signal.Fault(GPU, T, NvidiaHealthRules.xid(48)));
  }

  @Test
  void aDefectIsToldWhenItComesWhenItChangesAndWhenItGoes() {
    trouble.defects(GPU, T, links(1, 1, 0));
    assertThat(trouble.drain()).as("a link that never was up").isEmpty();
    trouble.defects(GPU, T, links(0, 1, 0));
    trouble.defects(GPU, T, links(0, 1, 0));
    trouble.defects(GPU, T, links(0, 0, 0));
    trouble.defects(GPU, T, Sample.EMPTY);
    trouble.defects(GPU, T, links(1, 1, 0));
    assertThat(trouble.drain())
        .containsExactly(
            new Signal.Defect(GPU, T, DefectKind.LINK_DOWN, true, "0"),
            new Signal.Defect(GPU, T, DefectKind.LINK_DOWN, true, "0, 1"),
            new Signal.Defect(GPU, T, DefectKind.LINK_DOWN, false, ""));
  }

  @Test
  void withANewLibraryADefectIsToldAfreshOrItsEndIs() {
    Sample bad = Sample.of(Map.of(Metric.ROW_REMAP_FAILED, 1.0, Metric.ROW_REMAP_PENDING, 1.0));
    trouble.defects(GPU, T, bad);
    assertThat(trouble.drain()).hasSize(2);
    trouble.renew();
    trouble.defects(GPU, T, Sample.EMPTY);
    assertThat(trouble.drain()).as("nobody can tell").isEmpty();
    trouble.defects(
        GPU, T, Sample.of(Map.of(Metric.ROW_REMAP_FAILED, 1.0, Metric.ROW_REMAP_PENDING, 0.0)));
    assertThat(trouble.drain())
        .containsExactly(
            new Signal.Defect(GPU, T, DefectKind.ROW_REMAP_FAILED, true, ""),
            new Signal.Defect(GPU, T, DefectKind.ROW_REMAP_PENDING, false, ""));
  }

  @Test
  void aLinkThatIsStillDownWithANewLibraryIsStillADefect() {
    trouble.defects(GPU, T, links(1, 1));
    trouble.defects(GPU, T, links(0, 1));
    trouble.drain();
    trouble.renew();
    trouble.defects(GPU, T, links(0, 1));
    assertThat(trouble.drain())
        .containsExactly(new Signal.Defect(GPU, T, DefectKind.LINK_DOWN, true, "0"));
  }

  @Test
  void whatWasReleasedIsLookedAtAfresh() {
    trouble.defects(GPU, T, links(1, 1));
    trouble.defects(GPU, T, links(0, 1));
    trouble.drain();
    trouble.released(Set.of(GPU), T);
    trouble.released(Set.of(), T);
    trouble.defects(GPU, T, links(0, 1));
    assertThat(trouble.drain())
        .containsExactly(
            new Signal.Released(GPU, T, true),
            new Signal.Released(GPU, T, false),
            new Signal.Defect(GPU, T, DefectKind.LINK_DOWN, false, ""));
  }

  /** NaN is a part that the sample does not tell of. */
  private record Partial(
      DefectKind kind, Metric metric, double[] bad, double[] part, double[] good) {}

  static List<Partial> metricsOfSeveralParts() {
    double no = Double.NaN;
    double[] twoUp = {1, 1};
    return List.of(
        new Partial(
            DefectKind.REPAIR_PENDING,
            Metric.REPAIR_PENDING,
            new double[] {0, 1},
            new double[] {0, no},
            new double[] {no, 0}),
        new Partial(
            DefectKind.LINK_DOWN,
            Metric.NVLINK_UP,
            new double[] {1, 0},
            new double[] {1, no},
            twoUp),
        new Partial(
            DefectKind.FABRIC,
            Metric.FABRIC_PROBLEM,
            new double[] {0, no, 1},
            new double[] {0, 0},
            new double[] {no, no, 0}));
  }

  private static Sample sample(Metric metric, double... values) {
    Sample.Builder sample = new Sample.Builder();
    for (int part = 0; part < values.length; part++) {
      sample.put(metric, part, values[part]);
    }
    return sample.build();
  }

  @ParameterizedTest
  @MethodSource("metricsOfSeveralParts")
  void aPartThatIsNotToldIsAsItWas(Partial partial) {
    trouble.defects(GPU, T, links(1, 1));
    trouble.defects(GPU, T, sample(partial.metric, partial.bad));
    assertThat(trouble.drain()).singleElement().satisfies(s -> assertThat(present(s)).isTrue());
    trouble.defects(GPU, T, sample(partial.metric, partial.part));
    assertThat(trouble.drain()).as("the bad part is not told").isEmpty();
    trouble.renew();
    trouble.defects(GPU, T, sample(partial.metric, partial.part));
    assertThat(trouble.drain())
        .as("with a new library neither")
        .singleElement()
        .satisfies(s -> assertThat(present(s)).isTrue());
    trouble.released(Set.of(GPU), T);
    trouble.released(Set.of(), T);
    trouble.drain();
    trouble.defects(GPU, T, sample(partial.metric, partial.part));
    assertThat(trouble.drain())
        .as("nor after a release")
        .singleElement()
        .satisfies(s -> assertThat(present(s)).isTrue());
    trouble.defects(GPU, T, sample(partial.metric, partial.good));
    assertThat(trouble.drain()).containsExactly(new Signal.Defect(GPU, T, partial.kind, false, ""));
    trouble.defects(GPU, T, sample(partial.metric, partial.part));
    assertThat(trouble.drain()).isEmpty();
  }

  private static boolean present(Signal signal) {
    return signal instanceof Signal.Defect defect && defect.present();
  }

  /** State, how the registration ended, the first problem, the summary. */
  private static Sample fabric(double state, double status, double problem, double summary) {
    Sample.Builder sample = new Sample.Builder();
    sample.put(Metric.FABRIC_STATE, state);
    sample.put(Metric.FABRIC_STATUS, status);
    sample.put(Metric.FABRIC_PROBLEM, 0, problem);
    sample.put(Metric.FABRIC_HEALTH, summary);
    return sample.build();
  }

  @Test
  void eachWordAboutTheFabricThatIsMissingIsAsItWas() {
    double no = Double.NaN;
    trouble.defects(GPU, T, fabric(3, 999, 1, 2));
    assertThat(trouble.drain()).hasSize(1);
    trouble.defects(GPU, T, fabric(3, no, no, no));
    trouble.defects(GPU, T, fabric(no, no, 1, 2));
    trouble.defects(GPU, T, fabric(no, no, no, no));
    assertThat(trouble.drain()).isEmpty();
    trouble.defects(GPU, T, fabric(3, 0, no, no));
    trouble.defects(GPU, T, fabric(3, no, 0, no));
    trouble.defects(GPU, T, fabric(no, no, no, 1));
    assertThat(trouble.drain())
        .containsExactly(
            new Signal.Defect(
                GPU, T, DefectKind.FABRIC, true, "degraded-bandwidth, summary: unhealthy"),
            new Signal.Defect(GPU, T, DefectKind.FABRIC, true, "summary: unhealthy"),
            new Signal.Defect(GPU, T, DefectKind.FABRIC, false, ""));
  }

  @Test
  void whatShouldPassAndIsNotToldAgainDoesNotBecomeADefectByTimeAlone() {
    trouble.defects(GPU, T, fabric(2, Double.NaN, 0, 1));
    Instant late = T.plus(FabricDefects.PATIENCE.multipliedBy(2));
    trouble.defects(GPU, late, fabric(Double.NaN, Double.NaN, 0, 1));
    assertThat(trouble.drain()).isEmpty();
    trouble.defects(GPU, late, fabric(2, Double.NaN, 0, 1));
    assertThat(trouble.drain()).hasSize(1);
    trouble.defects(GPU, late, fabric(Double.NaN, Double.NaN, 0, 1));
    assertThat(trouble.drain()).isEmpty();
  }

  private static Sample links(double... up) {
    Sample.Builder links = new Sample.Builder();
    for (int link = 0; link < up.length; link++) {
      links.put(Metric.NVLINK_UP, link, up[link]);
    }
    return links.build();
  }
}
