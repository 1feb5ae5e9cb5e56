package dev.acceld.agent.doctor;

import dev.acceld.agent.health.HealthRulesException;
import dev.acceld.agent.health.HealthRulesReader;
import dev.acceld.agent.health.RuleWishes;
import dev.acceld.probe.VendorModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Whether the file of health rules can be used, and what it changes. */
final class HealthRulesCheck implements Check {
  private static final int MOST_NAMED = 8;

  private final Optional<Path> file;

  HealthRulesCheck(Optional<Path> file) {
    this.file = file;
  }

  @Override
  public String name() {
    return "health rules";
  }

  @Override
  public List<Finding> look() {
    if (file.isEmpty()) {
      return List.of(Finding.ok(name(), "those of the vendors; no --health-rules file"));
    }
    RuleWishes wishes;
    try {
      wishes = HealthRulesReader.read(file.get(), VendorModule.rulebook().signals());
    } catch (HealthRulesException e) {
      return List.of(
          Finding.fail(
              name(),
              String.valueOf(e.getMessage()),
              "correct the file; an agent does not start with it, and a running one keeps the rules"
                  + " that it had"));
    }
    List<Finding> all = new ArrayList<>();
    for (String mistake : wishes.mistakes()) {
      all.add(
          Finding.warn(
              name(), file.get() + ": " + mistake, "correct the entry; the agent ignores it"));
    }
    List<String> signals = List.copyOf(new TreeSet<>(wishes.overrides().bySignal().keySet()));
    if (!signals.isEmpty() || all.isEmpty()) {
      int named = Math.min(MOST_NAMED, signals.size());
      all.add(
          Finding.ok(
              name(),
              file.get()
                  + " overrides "
                  + (signals.isEmpty() ? "nothing" : String.join(", ", signals.subList(0, named)))
                  + (named < signals.size() ? " and " + (signals.size() - named) + " more" : "")));
    }
    return all;
  }
}
