package dev.acceld.health.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class XidCatalogueTest {
  @Test
  void classesAreThoseOfTheReference() {
    assertThat(of(XidClass.RMA)).containsExactly(54L, 64L);
    assertThat(of(XidClass.REBOOT)).containsExactly(79L, 167L);
    assertThat(of(XidClass.INFO))
        .containsExactly(63L, 78L, 93L, 122L, 123L, 124L, 125L, 154L, 162L, 163L, 164L, 165L);
    assertThat(of(XidClass.DEGRADE))
        .containsExactly(61L, 92L, 121L, 142L, 152L, 153L, 157L, 159L, 160L, 161L, 168L);
    assertThat(of(XidClass.RESET))
        .containsExactly(
            46L, 48L, 62L, 74L, 95L, 109L, 110L, 119L, 120L, 136L, 140L, 143L, 144L, 145L, 146L,
            147L, 148L, 149L, 150L, 151L, 155L, 156L, 158L, 166L, 169L, 170L, 171L, 172L);
    assertThat(of(XidClass.APP)).contains(8L, 13L, 31L, 43L, 45L, 94L, 96L, 107L, 126L, 135L, 141L);
    assertThat(XidCatalogue.find(14)).isEmpty();
    assertThat(XidCatalogue.find(108)).isEmpty();
  }

  @Test
  void meaningsAreShortAndPlain() {
    assertThat(XidCatalogue.entries().values())
        .allSatisfy(
            entry -> assertThat(entry.meaning()).matches("[ -~]{3,60}").doesNotContain("|"));
  }

  @Test
  void everyCodeOfTheReferenceIsThereWithSomethingToDo() {
    assertThat(XidCatalogue.entries()).hasSize(114);
    assertThat(XidCatalogue.entries().values())
        .allSatisfy(entry ->
            assertThat(entry.kind().action().describe() + entry.followUp().describe())
                .as("XID " + entry.code())
                .isNotBlank());
    assertThat(followUp(79)).isEqualTo(XidFollowUp.SUPPORT);
    assertThat(followUp(147)).isEqualTo(XidFollowUp.LINK);
    assertThat(followUp(48)).isEqualTo(XidFollowUp.OTHER_XID);
    assertThat(followUp(45)).isEqualTo(XidFollowUp.AFTERMATH);
  }

  @Test
  void everyRecoveryActionHasALabelSafeName() {
    for (int number = 1; number < 10; number++) {
      assertThat(RecoveryActions.of(number).id()).matches("[a-z0-9]+(-[a-z0-9]+)*");
    }
    assertThat(RecoveryActions.of(7)).isEqualTo(RecoveryActions.of(2));
  }

  private static XidFollowUp followUp(long xid) {
    return XidCatalogue.find(xid).orElseThrow().followUp();
  }

  private static List<Long> of(XidClass kind) {
    return XidCatalogue.entries().values().stream()
        .filter(entry -> entry.kind() == kind)
        .map(XidCatalogue.Entry::code)
        .sorted()
        .toList();
  }
}
