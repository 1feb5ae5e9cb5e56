package dev.acceld.health;

import dev.acceld.faultstore.Onset;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one device: what happened at one moment and lasts until something shows that it is
 * over. Causes of the same number are one fault, of which the gravest counts. Not safe for threads.
 */
final class Faults {
  private static final long TOGETHER = Duration.ofSeconds(60).toNanos();

  /** One number: which cause it has at the moment, and since when. */
  private static final class FaultState {
    final Condition condition;

    /** With the sub-code of the gravest cause that lasts. */
    FaultCode code;

    /** When it was last seen, by the monotonic clock. */
    long seen;

    /** What ended it, for a person. */
    String evidence = "";

    FaultState(FaultCode code, Condition condition) {
      this.code = code;
      this.condition = condition;
    }

    void end(String what, long nanos) {
      if (condition.isRaised()) {
        evidence = what;
      }
      condition.clear(nanos);
    }
  }

  /** What is told so shortly after evidence of an end may be later than it. */
  private static final long MARGIN = Duration.ofSeconds(2).toNanos();

  private final Supplier<HealthRules> rules;
  private final Supplier<String> boot;
  private final Map<FaultCode, FaultState> byNumber = new TreeMap<>();

  /** When something was last seen that shows these to be harmless, or what they really were. */
  private final Map<FaultCode, Long> eased = new HashMap<>();

  /** When that evidence was last seen, of whatever it is that it ended. */
  private final Map<Evidence, Long> evidenceAt = new EnumMap<>(Evidence.class);

  private final Map<FaultCode, Long> endedAt = new HashMap<>();

  Faults(Supplier<HealthRules> rules, Supplier<String> boot) {
    this.rules = rules;
    this.boot = boot;
  }

  /** It happened. */
  void add(FaultCode code, Instant at, long nanos) {
    FaultEntry entry = rules.get().fault(code);
    entry.eases().forEach(each -> ease(each, entry, at, nanos));
    if (!code.detail().isEmpty()) {
      refine(code, entry.rule(), at, nanos);
    }
    Long easedAt = eased.get(code);
    boolean harmless = easedAt != null && nanos - easedAt <= TOGETHER;
    if (entry.rule().outcome() == Outcome.COUNTED || harmless) {
      return;
    }
    FaultState state =
        byNumber.computeIfAbsent(code.common(), c -> new FaultState(code, new Condition(boot)));
    if (!state.condition.active(nanos) || isGraver(entry.rule(), rule(state))) {
      state.code = code;
    }
    state.seen = nanos;
    state.condition.raise(at, "", nanos);
  }

  private void ease(FaultCode harmless, FaultEntry by, Instant at, long nanos) {
    eased.put(harmless, nanos);
    FaultState state = byNumber.get(harmless);
    if (state != null && isTogether(state, at)) {
      state.end(by.title() + " shows that it was harmless", nanos);
    }
  }

  /**
   * Two sources tell of the same fault, one of them without the sub-code: then it is what the
   * sub-code says, in whichever order they come.
   */
  private void refine(FaultCode code, HealthRule rule, Instant at, long nanos) {
    eased.put(code.common(), nanos);
    FaultState state = byNumber.get(code.common());
    if (state != null && state.code.detail().isEmpty() && isTogether(state, at)) {
      if (rule.outcome() == Outcome.COUNTED) {
        state.end("its sub-code " + code.detail() + " shows that it was harmless", nanos);
      } else {
        state.code = code;
      }
    }
  }

  private static boolean isTogether(FaultState state, Instant at) {
    return Duration.between(state.condition.since(), at).abs().toNanos() <= TOGETHER;
  }

  private static boolean isGraver(HealthRule one, HealthRule other) {
    int byEffect = one.effect().compareTo(other.effect());
    return byEffect != 0 ? byEffect > 0 : one.outcome().compareTo(other.outcome()) > 0;
  }

  /** A fault of an earlier process of this boot, which nothing has ended since. */
  void restore(FaultCode code, Onset began, long nanos) {
    FaultState state =
        byNumber.computeIfAbsent(code.common(), c -> new FaultState(code, new Condition(boot)));
    if (!state.condition.isRaised()) {
      state.code = code;
      state.seen = nanos;
    }
    state.condition.resume(began, nanos);
  }

  /** Something was seen that ends all faults whose rules say so. */
  void end(Evidence evidence, long nanos) {
    evidenceAt.put(evidence, nanos);
    for (FaultState state : byNumber.values()) {
      if (rule(state).endsWith(evidence)) {
        state.end(evidence.describe(), nanos);
      }
    }
  }

  /** This one has not happened again for long; counts where its rule says so. */
  void quiet(FaultCode code, long nanos) {
    FaultState state = byNumber.get(code.common());
    if (state != null && rule(state).endsWith(Evidence.QUIET)) {
      state.end("it has not happened again", nanos);
    }
  }

  /** Another process has seen the evidence that this fault is over. */
  void end(FaultCode code, long nanos) {
    endedAt.put(code.common(), nanos);
    FaultState state = byNumber.get(code.common());
    if (state != null) {
      state.end("another agent saw its end", nanos);
    }
  }

  /** Whether a fault that happened then, and is told only now, is known to be over. */
  boolean endedSince(FaultCode code, long then) {
    HealthRule rule = rules.get().fault(code).rule();
    return isAfter(endedAt.get(code.common()), then)
        || evidenceAt.entrySet().stream()
            .anyMatch(seen -> rule.endsWith(seen.getKey()) && isAfter(seen.getValue(), then));
  }

  private static boolean isAfter(@Nullable Long end, long then) {
    return end != null && end - then > MARGIN;
  }

  /** Ends what was not seen again for as long as its rule has it stay. */
  void expire(long nanos) {
    for (FaultState state : byNumber.values()) {
      Duration hold = rule(state).hold();
      if (!hold.isZero() && state.condition.isRaised() && nanos - state.seen >= hold.toNanos()) {
        state.end("it was not seen again for " + hold.toSeconds() + " s", nanos);
      }
    }
  }

  /** Those that last and are more than counted, with sub-codes, and when they began. */
  Map<FaultCode, Onset> lasting() {
    Map<FaultCode, Onset> raised = new TreeMap<>();
    for (FaultState state : byNumber.values()) {
      if (state.condition.isRaised()) {
        raised.put(state.code, state.condition.onset());
      }
    }
    return raised;
  }

  /** Those that are to be shown, because theirs counts, in the order of their numbers. */
  Map<FaultEntry, Instant> shown(Predicate<Condition> counts) {
    Map<FaultEntry, Instant> shown = new LinkedHashMap<>();
    for (FaultState state : byNumber.values()) {
      if (counts.test(state.condition)) {
        shown.put(rules.get().fault(state.code), state.condition.since());
      }
    }
    return shown;
  }

  /** What ended a fault that does not last any more, for a person. */
  Optional<String> evidence(FaultCode code) {
    return Optional.ofNullable(byNumber.get(code.common()))
        .filter(state -> !state.condition.isRaised())
        .map(state -> state.evidence)
        .filter(text -> !text.isEmpty());
  }

  private HealthRule rule(FaultState state) {
    return rules.get().fault(state.code).rule();
  }
}
