package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a taint was added is the API server's to say, and stays: evictions count from it. */
class TaintTimesTest {
  private static final Instant FIRST = Instant.parse("2026-11-29T10:00:00Z");
  private static final Instant SECOND = FIRST.plusSeconds(60);

  private static Taint taint(String key, String value, String effect) {
    return new Taint(key, value, effect, Optional.empty());
  }

  private static Taint taint(String key, String value, String effect, Instant added) {
    return new Taint(key, value, effect, Optional.of(added));
  }

  private static List<Taint> kept(List<Taint> wanted, List<Taint> stored) {
    SliceDevice device = new SliceDevice("gpu-0", Map.of(), Map.of(), List.of());
    return SliceDiff.keepTimes(List.of(device.with(wanted)), List.of(device.with(stored)))
        .getFirst()
        .taints();
  }

  @Test
  void aTaintThatStaysKeepsItsTime() {
    assertThat(
            kept(
                List.of(taint("a", "1", "NoExecute"), taint("b", "", "None")),
                List.of(taint("b", "", "None", SECOND), taint("a", "1", "NoExecute", FIRST))))
        .containsExactly(taint("a", "1", "NoExecute", FIRST), taint("b", "", "None", SECOND));
  }

  @Test
  void anotherFaultOfTheSameKindDoesNotStartTheTimeAgain() {
    assertThat(
            kept(
                List.of(taint("a", "48", "NoExecute")),
                List.of(taint("a", "79", "NoExecute", FIRST))))
        .containsExactly(taint("a", "48", "NoExecute", FIRST));
  }

  @Test
  void anotherEffectIsAnotherTaint() {
    assertThat(
            kept(
                List.of(taint("a", "79", "NoExecute")),
                List.of(taint("a", "79", "NoSchedule", FIRST))))
        .containsExactly(taint("a", "79", "NoExecute"));
    assertThat(
            kept(
                List.of(taint("a", "79", "NoExecute"), taint("a", "92", "None")),
                List.of(taint("a", "92", "None", SECOND), taint("a", "79", "NoExecute", FIRST))))
        .containsExactly(taint("a", "79", "NoExecute", FIRST), taint("a", "92", "None", SECOND));
  }
}
