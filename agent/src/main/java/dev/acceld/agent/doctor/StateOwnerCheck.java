package dev.acceld.agent.doctor;

import dev.acceld.agent.host.StateOwner;
import dev.acceld.agent.host.StateOwnership;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the state directory belongs to the driver, node and machine of these settings. */
final class StateOwnerCheck implements Check {
  private final Path stateDir;
  private final Path cdiDir;
  private final StateOwner wanted;

  StateOwnerCheck(Path stateDir, Path cdiDir, StateOwner wanted) {
    this.stateDir = stateDir;
    this.cdiDir = cdiDir;
    this.wanted = wanted;
  }

  @Override
  public String name() {
    return "state owner";
  }

  @Override
  public List<Finding> look() throws IOException {
    Optional<String> problem = new StateOwnership(stateDir, cdiDir, wanted).problem();
    if (problem.isPresent()) {
      return List.of(Finding.fail(name(), problem.get(), "")); // the sentence has the remedy
    }
    Optional<StateOwner> owner = StateOwner.read(stateDir);
    if (owner.isPresent() && !owner.get().equals(wanted)) {
      return List.of(
          Finding.warn(
              name(),
              stateDir + " belongs to " + owner.get().describe() + "; no claim is prepared in it",
              "if that agent still runs, set another directory with --state-dir: an agent for "
                  + wanted.describe()
                  + " does not start with this one"));
    }
    return List.of(
        Finding.ok(
            name(),
            owner.isPresent()
                ? stateDir + " belongs to " + wanted.describe()
                : stateDir + " has no owner yet"));
  }
}
