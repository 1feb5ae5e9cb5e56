package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.shape.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactResolverTest {
  private static final Optional<String> V5E = Optional.of("v5litepod");

  private record Source(String name, FactSource.Statement now) implements FactSource {
    Source(String name, Map<Fact, String> facts) {
      this(name, new Statement(facts, List.of()));
    }

    Source(String name, Fact fact, String value) {
      this(name, Map.of(fact, value));
    }
  }

  private static HostFacts resolve(FactSource... sources) {
    return new FactResolver(List.of(sources)).resolve(V5E, 4);
  }

  private static HostFacts resolve(Fact fact, String first, String second) {
    return resolve(new Source("A", fact, first), new Source("B", fact, second));
  }

  @Test
  void withoutSourcesNothingIsKnown() {
    assertThat(resolve()).isEqualTo(HostFacts.UNKNOWN);
    assertThat(resolve(new Source("A", Map.of()))).isEqualTo(HostFacts.UNKNOWN);
    assertThat(HostFacts.UNKNOWN.alone(4)).isEmpty();
  }

  @Test
  void putsTogetherWhatSeveralSourcesSay() {
    HostFacts facts =
        resolve(
            new Source("A", Map.of(Fact.TOPOLOGY, "4x4", Fact.CHIPS_PER_HOST_BOUNDS, "2,2,1")),
            new Source("B", Map.of(Fact.WORKER_ID, "3", Fact.ACCELERATOR_TYPE, "v5litepod-16")),
            new Source(
                "C",
                Map.of(
                    Fact.MACHINE_TYPE, "ct5lp-hightpu-4t",
                    Fact.SLICE_NAME, "my-tpu",
                    Fact.ACCELERATOR, "tpu-v5-lite-podslice")));
    assertThat(facts.topology()).contains(new Shape(4, 4));
    assertThat(facts.chipsPerHost()).contains(new Shape(2, 2));
    assertThat(facts.workerId()).hasValue(3);
    assertThat(facts.acceleratorType()).contains("v5litepod-16");
    assertThat(facts.machineType()).contains("ct5lp-hightpu-4t");
    assertThat(facts.sliceName()).contains("my-tpu");
    assertThat(facts.accelerator()).contains("tpu-v5-lite-podslice");
    assertThat(facts.problems()).isEmpty();
  }

  @Test
  void aHostIsAloneWhenTheSliceHasNoMoreChips() {
    HostFacts large = resolve(new Source("A", Fact.TOPOLOGY, "4x4"));
    assertThat(large.alone(4)).contains(false);
    assertThat(large.alone(16)).contains(true);
  }

  @Test
  void theFirstSourceWinsAndAContradictionIsNamedWithBoth() {
    HostFacts facts = resolve(Fact.WORKER_ID, "1", "2");
    assertThat(facts.workerId()).hasValue(1);
    assertThat(facts.problems())
        .containsExactly("WORKER_ID is '1' in A and '2' in B; the former is used");
  }

  @Test
  void theSameWrittenInAnotherWayIsNoContradiction() {
    assertThat(resolve(Fact.TOPOLOGY, "4x4", "4x4x1").problems()).isEmpty();
    assertThat(resolve(Fact.CHIPS_PER_HOST_BOUNDS, "2,2", "2,2,1").problems()).isEmpty();
    assertThat(resolve(Fact.WORKER_ID, "1", "01").problems()).isEmpty();
  }

  @Test
  void aTypeOfAnotherGenerationThanThePciBusHasIsIgnoredAndTheNextIsUsed() {
    HostFacts facts = resolve(Fact.ACCELERATOR_TYPE, "v6e-16", "v5litepod-16");
    assertThat(facts.acceleratorType()).contains("v5litepod-16");
    assertThat(facts.problems())
        .containsExactly(
            "A: ACCELERATOR_TYPE is 'v6e-16', but the chips on the PCI bus are v5litepod; it is"
                + " ignored");
  }

  @Test
  void anyTypeIsTakenForAGenerationThatIsNotKnown() {
    FactResolver resolver =
        new FactResolver(List.of(new Source("A", Fact.ACCELERATOR_TYPE, "v9-16")));
    HostFacts facts = resolver.resolve(Optional.empty(), 4);
    assertThat(facts.acceleratorType()).contains("v9-16");
    assertThat(facts.problems()).isEmpty();
  }

  @Test
  void boundsOfAnotherNumberOfChipsThanThePciBusHasAreIgnoredAndTheNextAreUsed() {
    HostFacts facts = resolve(Fact.CHIPS_PER_HOST_BOUNDS, "2,4,1", "2,2,1");
    assertThat(facts.chipsPerHost()).contains(new Shape(2, 2));
    assertThat(facts.problems())
        .containsExactly(
            "A: CHIPS_PER_HOST_BOUNDS is '2,4,1', but 4 chips are on the PCI bus; it is ignored");
  }

  /** A chip may be missing, and nobody knows which. */
  @Test
  void aHostThatShouldHaveAnotherNumberOfChipsIsNotTakenForASmallerOne() {
    HostFacts facts = resolve(new Source("A", Fact.CHIPS_PER_HOST_BOUNDS, "2,4,1"));
    assertThat(facts.disputed()).isTrue();
    assertThat(facts.chipsPerHost()).isEmpty();
    assertThat(facts.problems())
        .containsExactly(
            "A: CHIPS_PER_HOST_BOUNDS is '2,4,1', but 4 chips are on the PCI bus; only single chips"
                + " are published until they agree");
    assertThat(resolve(Fact.CHIPS_PER_HOST_BOUNDS, "2,4,1", "2,2,1").disputed()).isFalse();
    assertThat(resolve(new Source("A", Fact.CHIPS_PER_HOST_BOUNDS, "2x4")).disputed()).isFalse();
  }

  @Test
  void aMachineTypeSaysHowManyChipsItHas() {
    HostFacts facts = resolve(Fact.MACHINE_TYPE, "ct5lp-hightpu-8t", "ct5lp-hightpu-8t");
    assertThat(facts.disputed()).isTrue();
    assertThat(facts.machineType()).contains("ct5lp-hightpu-8t");
    assertThat(facts.problems())
        .containsExactly(
            "A: MACHINE_TYPE is 'ct5lp-hightpu-8t', but 4 chips are on the PCI bus; only single"
                + " chips are published until they agree");
    assertThat(resolve(Fact.MACHINE_TYPE, "tpu7x-standard-4t", "ct5lp-hightpu-8t").disputed())
        .isFalse();
    for (String silent : List.of("n2-standard-8", "m", "ct5lp-hightpu-t", "ct5lp-hightpu-9999t")) {
      assertThat(resolve(new Source("A", Fact.MACHINE_TYPE, silent)).problems()).isEmpty();
    }
  }

  @Test
  void boundsThatFitCountMoreThanTheMachineType() {
    HostFacts facts =
        resolve(
            new Source("A", Fact.CHIPS_PER_HOST_BOUNDS, "2,2,1"),
            new Source("B", Fact.MACHINE_TYPE, "ct5lp-hightpu-8t"));
    assertThat(facts.disputed()).isFalse();
    assertThat(facts.chipsPerHost()).contains(new Shape(2, 2));
    assertThat(facts.problems())
        .containsExactly(
            "B: MACHINE_TYPE is 'ct5lp-hightpu-8t', but 4 chips are on the PCI bus;"
                + " CHIPS_PER_HOST_BOUNDS counts");
  }

  @Test
  void noHostOfALargerSliceHasTwoChips() {
    FactResolver resolver = new FactResolver(List.of(new Source("A", Fact.TOPOLOGY, "2x2x1")));
    HostFacts half = resolver.resolve(Optional.of("v4"), 2);
    assertThat(half.disputed()).isTrue();
    assertThat(half.problems())
        .containsExactly(
            "TOPOLOGY is '2x2x1', whose hosts have more than 2 chips, but 2 chips are on the PCI bus;"
                + " only single chips are published until they agree");
    assertThat(resolver.resolve(Optional.of("v4"), 4).disputed()).isFalse();
    assertThat(resolver.resolve(Optional.of("v4"), 1).disputed()).isFalse();
  }

  @Test
  void aTopologySmallerThanTheHostIsIgnoredAndTheNextIsUsed() {
    HostFacts facts = resolve(Fact.TOPOLOGY, "1x2", "2x2");
    assertThat(facts.topology()).contains(new Shape(2, 2));
    assertThat(facts.problems())
        .containsExactly("A: TOPOLOGY is '1x2', but this host alone has 4 chips; it is ignored");
  }

  @Test
  void aWrongValueBehindAGoodOneIsNamedToo() {
    HostFacts facts = resolve(Fact.TOPOLOGY, "2x2", "two by two");
    assertThat(facts.topology()).contains(new Shape(2, 2));
    assertThat(facts.problems())
        .containsExactly(
            "B: TOPOLOGY is 'two by two', not a topology such as 2x4 or 2x2x1; it is ignored");
  }

  @Test
  void boundsThatAreNoneAreNamed() {
    HostFacts facts = resolve(new Source("A", Fact.CHIPS_PER_HOST_BOUNDS, "2x2"));
    assertThat(facts.chipsPerHost()).isEmpty();
    assertThat(facts.problems())
        .containsExactly(
            "A: CHIPS_PER_HOST_BOUNDS is '2x2', not bounds such as 2,4,1; it is ignored");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "1.5", "-1", "99999999999", "2000000", "0x1"})
  void aWorkerIdThatIsNoneIsIgnoredAndTheNextIsUsed(String wrong) {
    HostFacts facts = resolve(Fact.WORKER_ID, wrong, "1");
    assertThat(facts.workerId()).hasValue(1);
    assertThat(facts.problems())
        .singleElement()
        .asString()
        .startsWith("A: WORKER_ID is '" + wrong + "', not a");
  }

  @Test
  void problemsOfTheSourcesThemselvesArePassedOn() {
    FactSource torn =
        new Source("A", new FactSource.Statement(Map.of(), List.of("A: line 3 is torn")));
    assertThat(resolve(torn).problems()).containsExactly("A: line 3 is torn");
  }

  @Test
  void aProblemStaysALineThatCanBeRead() {
    String wild = "x\n\u001b[31m" + "y".repeat(2_000);
    for (Fact fact : new Fact[] {Fact.WORKER_ID, Fact.SLICE_NAME}) {
      assertThat(resolve(fact, "1", wild).problems())
          .singleElement()
          .asString()
          .contains(fact.name(), "x\\n\\u001b[31my")
          .hasSizeLessThan(300);
    }
  }

  @Test
  void eachLookAsksTheSourcesAnew() {
    String[] worker = {"1"};
    FactSource changing =
        new FactSource() {
          @Override
          public String name() {
            return "A";
          }

          @Override
          public Statement now() {
            return new Statement(Map.of(Fact.WORKER_ID, worker[0]), List.of());
          }
        };
    FactResolver resolver = new FactResolver(List.of(changing));
    assertThat(resolver.resolve(V5E, 4).workerId()).hasValue(1);
    worker[0] = "2";
    assertThat(resolver.resolve(V5E, 4).workerId()).hasValue(2);
  }

  @Test
  void noTextThrowsAndNoneContradictsThePciBus() {
    TextMutator mutator =
        new TextMutator(
            """
            ACCELERATOR_TYPE: 'v5litepod-16'
            CHIPS_PER_HOST_BOUNDS: '2,2,1'
            NODE_ID: 'my-tpu'
            TOPOLOGY: '4x4'
            WORKER_ID: '1'
            """);
    Source second =
        new Source("B", Map.of(Fact.CHIPS_PER_HOST_BOUNDS, "2,2,1", Fact.TOPOLOGY, "4x4"));
    for (int i = 0; i < 20_000; i++) {
      String text = mutator.next();
      HostFacts facts = resolve(new Source("A", TpuEnvText.parse("A", text)), second);
      assertThat(facts.chipsPerHost().orElseThrow().chips()).as(text).isEqualTo(4);
      assertThat(facts.topology().orElseThrow().chips()).as(text).isGreaterThanOrEqualTo(4);
    }
  }
}
