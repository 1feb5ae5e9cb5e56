package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.DefectKind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DefectTest {
  /** What comes and goes as a program likes must be told apart from what hardware does. */
  @Test
  void onlyWhatAProgramSaysOfItselfIsTheApplicationsAlone() {
    Set<DefectKind> ofApplication = EnumSet.noneOf(DefectKind.class);
    for (DefectKind kind : DefectKind.values()) {
      if (Reasons.defect(kind, "detail", Instant.EPOCH).ofApplication()) {
        ofApplication.add(kind);
      }
    }
    assertThat(ofApplication).containsExactly(DefectKind.RUNTIME_ERROR);
  }
}
