package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.Distribution;
import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RawDistribution;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** How long programs ran, by type of core: of one device, or of all devices of a chip together. */
final class CoreTypes {
  private static final String CORE_TYPE = "core_type"; // tpu-info
  private static final int MOST = 8;

  private final Map<String, RawDistribution> byType = new LinkedHashMap<>();

  void add(Entry entry, Consumer<String> problem) {
    String type = entry.attributes().getOrDefault(CORE_TYPE, "");
    entry
        .distribution()
        .ifPresentOrElse(
            one -> add(type, one, problem), () -> problem.accept("it is not a distribution"));
  }

  void add(CoreTypes others, Consumer<String> problem) {
    others.byType.forEach((type, one) -> add(type, one, problem));
  }

  private void add(String type, RawDistribution one, Consumer<String> problem) {
    RawDistribution before = byType.get(type);
    if (before == null && byType.size() == MOST) {
      problem.accept("it has more than " + MOST + " types of cores");
      return;
    }
    Optional<RawDistribution> both = before == null ? Optional.of(one) : before.plus(one);
    both.ifPresentOrElse(
        sum -> byType.put(type, sum), () -> problem.accept("it has buckets that do not match"));
  }

  Map<String, Distribution> summary() {
    Map<String, Distribution> all = new HashMap<>();
    byType.forEach((type, sum) -> all.put(type, sum.summary()));
    return all;
  }
}
