package dev.acceld.agent.doctor;

import dev.acceld.agent.host.AbandonedClaims;
import java.io.IOException;
import java.util.List;

/** Whether claims of a former driver name or state directory are left, which no agent serves. */
final class AbandonedClaimsCheck implements Check {
  private final AbandonedClaims claims;

  AbandonedClaimsCheck(AbandonedClaims claims) {
    this.claims = claims;
  }

  @Override
  public String name() {
    return "other claims";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<String> left = claims.look();
    return left.isEmpty()
        ? List.of(Finding.ok(name(), "no claim of another driver name or directory is left"))
        : left.stream()
            .map(sentence -> Finding.fail(name(), sentence, "")) // the sentence has the remedy
            .toList();
  }
}
