package dev.acceld.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.cluster.ClaimRef;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PendingClaimsTest {
  private static final ClaimRef OLD = new ClaimRef("team", "old", "uid-1");
  private static final ClaimRef YOUNG = new ClaimRef("team", "young", "uid-2");
  private static final long TOOK = Duration.ofMillis(500).toNanos();

  private Duration now = Duration.ofDays(-1); // the clock of nanoseconds may be negative
  private final PendingClaims pending = new PendingClaims(() -> now.toNanos());

  private void refuse(ClaimRef claim) {
    pending.began(claim, Operation.PREPARE, Phase.TOTAL);
    pending.ended(claim, Operation.PREPARE, Phase.TOTAL, TOOK, false);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void theClaimThatHasWaitedLongestCounts() {
    refuse(OLD);
    pass(Duration.ofSeconds(100));
    refuse(YOUNG);
    pass(Duration.ofSeconds(20));
    assertThat(pending.oldest()).hasSeconds(120);
    assertThat(pending.prepared(OLD.uid(), TOOK)).isEqualTo(Duration.ofSeconds(120).toNanos());
    assertThat(pending.oldest()).hasSeconds(20);
  }

  @Test
  void aClaimLeavesWithTheFirstCallToUnprepareItWellOrNot() {
    refuse(OLD);
    refuse(YOUNG);
    pass(Duration.ofSeconds(100));
    pending.began(OLD, Operation.UNPREPARE, Phase.LOCK);
    assertThat(pending.oldest()).as("a step is no call").hasSeconds(100);
    pending.began(OLD, Operation.UNPREPARE, Phase.TOTAL);
    pending.began(YOUNG, Operation.UNPREPARE, Phase.TOTAL);
    assertThat(pending.oldest()).isZero();
    pending.ended(OLD, Operation.PREPARE, Phase.TOTAL, TOOK, false);
    pass(Duration.ofSeconds(100));
    assertThat(pending.oldest()).as("the end of a prepare that hung meanwhile").isZero();
  }

  @Test
  void aClaimThatTheKubeletNoLongerAsksForIsForgottenTenMinutesAfterTheLastCall() {
    refuse(OLD);
    pass(Duration.ofMinutes(5));
    pending.began(OLD, Operation.PREPARE, Phase.TOTAL);
    pass(Duration.ofMinutes(5));
    pending.ended(OLD, Operation.PREPARE, Phase.TOTAL, TOOK, false); // counts as its last sign
    pass(PendingClaims.FORGOTTEN_AFTER);
    assertThat(pending.oldest()).isEqualTo(Duration.ofMinutes(20));
    pass(Duration.ofSeconds(1));
    assertThat(pending.oldest()).isZero();
    refuse(OLD);
    pass(Duration.ofSeconds(1));
    assertThat(pending.oldest()).as("counts anew").hasSeconds(1);
  }

  @Test
  void aForgottenClaimIsNoFirstCallEvenWithoutAScrape() {
    refuse(OLD);
    pass(PendingClaims.FORGOTTEN_AFTER.plusSeconds(1));
    pending.began(OLD, Operation.PREPARE, Phase.TOTAL);
    pass(Duration.ofSeconds(2));
    assertThat(pending.prepared(OLD.uid(), TOOK)).isEqualTo(Duration.ofSeconds(2).toNanos());
  }

  @Test
  void aPrepareWhoseBeginWasNotSeenTookAsLongAsItSays() {
    assertThat(pending.prepared(OLD.uid(), TOOK)).isEqualTo(TOOK);
  }

  @Test
  void noMoreClaimsAreKeptThanTheBoundAndTheOldestAreAmongThem() {
    refuse(OLD);
    pass(Duration.ofSeconds(1));
    for (int i = 0; i < 3 * PendingClaims.MOST; i++) {
      refuse(new ClaimRef("team", "many", "uid-many-" + i));
    }
    pass(Duration.ofSeconds(1));
    assertThat(pending.oldest()).hasSeconds(2);
    pending.prepared(OLD.uid(), TOOK);
    for (int i = 0; i < PendingClaims.MOST - 1; i++) {
      pending.prepared("uid-many-" + i, TOOK);
    }
    assertThat(pending.oldest()).as("the others were not kept").isZero();
  }
}
