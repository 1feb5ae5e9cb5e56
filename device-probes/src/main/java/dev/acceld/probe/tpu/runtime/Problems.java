package dev.acceld.probe.tpu.runtime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Why readings are missing: each reason once, and not endlessly many. Not safe for threads. */
final class Problems {
  static final int MOST = 16;

  private final Set<String> reasons = new LinkedHashSet<>();

  /** Adds a reason, a sentence without a full stop. */
  void add(String reason) {
    if (reasons.size() <= MOST) {
      reasons.add(reason);
    }
  }

  /** In their order; the last says that there are more, if so. */
  List<String> list() {
    List<String> all = new ArrayList<>(reasons);
    if (all.size() > MOST) {
      all.set(MOST, "further readings are missing");
    }
    return List.copyOf(all);
  }
}
