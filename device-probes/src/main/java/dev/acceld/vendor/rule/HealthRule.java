package dev.acceld.vendor.rule;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one signal means for the device that it is about. Immutable.
 *
 * @param signal its name, a label-safe word: {@code xid-79}, {@code nvlink-down}
 * @param meaning what was seen, a few words
 * @param outcome what it makes of the device
 * @param effect of the taint
 * @param action what to do
 * @param followUp what to do when that does not help; may be empty
 * @param ends any of these ends it
 * @param over what {@link Evidence#OVER} or {@link Evidence#QUIET} means here, half a sentence that
 *     follows "when"; else empty
 * @param source the document that the rule is from
 * @param hold how long it stays after it was last seen. A signal of one moment, such as an XID,
 *     ends then without other evidence; zero: never by time alone
 * @param limits thresholds that an operator can change
 * @param alwaysBlocks true when no operator may make the device schedulable
 */
public record HealthRule(
    String signal,
    String meaning,
    Outcome outcome,
    Effect effect,
    Action action,
    String followUp,
    Set<Evidence> ends,
    String over,
    String source,
    Duration hold,
    List<Limit> limits,
    boolean alwaysBlocks) {

  /** Takes copies. */
  public HealthRule {
    ends = Set.copyOf(ends);
    limits = List.copyOf(limits);
  }

  /** A rule with the usual effect, without hold and limits. */
  public static HealthRule of(
      String signal, String meaning, Outcome outcome, Action action, Set<Evidence> ends) {
    return new HealthRule(
        signal,
        meaning,
        outcome,
        outcome.usualEffect(),
        action,
        "",
        ends,
        "",
        "",
        Duration.ZERO,
        List.of(),
        false);
  }

  /** A rule for something that a device or a host file says, and later that it is over. */
  public static HealthRule standing(
      String signal, String meaning, Outcome outcome, Action action, String over) {
    return of(signal, meaning, outcome, action, Set.of(Evidence.OVER)).endsWhen(over);
  }

  /** The same from that document. */
  public HealthRule from(String document) {
    return copy(outcome, effect, action, followUp, ends, over, document, hold, limits);
  }

  /** The same with that effect. */
  public HealthRule with(Effect newEffect) {
    return copy(outcome, newEffect, action, followUp, ends, over, source, hold, limits);
  }

  /** The same with another action. */
  public HealthRule with(Action newAction) {
    return copy(outcome, effect, newAction, followUp, ends, over, source, hold, limits);
  }

  /** The same with that advice for when the action does not help. */
  public HealthRule orElse(String advice) {
    return copy(outcome, effect, action, advice, ends, over, source, hold, limits);
  }

  /** The same with those thresholds. */
  public HealthRule with(Limit... newLimits) {
    return copy(outcome, effect, action, followUp, ends, over, source, hold, List.of(newLimits));
  }

  /** The same, and no operator may make the device schedulable. */
  public HealthRule blocking() {
    return new HealthRule(
        signal, meaning, outcome, effect, action, followUp, ends, over, source, hold, limits, true);
  }

  /** The same with words for {@link Evidence#OVER} or {@link Evidence#QUIET}. */
  public HealthRule endsWhen(String words) {
    return copy(outcome, effect, action, followUp, ends, words, source, hold, limits);
  }

  /**
   * As an operator wants it. A rule that {@link #alwaysBlocks} keeps its outcome, and blocks
   * whatever the operator wants.
   */
  public HealthRule with(RuleOverride wish) {
    Outcome wanted = wish.outcome().or(() -> wish.impliedOutcome(outcome)).orElse(outcome);
    Outcome newOutcome = alwaysBlocks ? outcome : wanted;
    Effect usual = newOutcome == outcome ? effect : newOutcome.usualEffect();
    Effect newEffect =
        wish.effect().filter(wants -> !alwaysBlocks || !wants.schedulable()).orElse(usual);
    List<Limit> newLimits = new ArrayList<>();
    for (Limit limit : limits) {
      Double value = wish.limits().get(limit.name());
      newLimits.add(value == null ? limit : limit.with(value));
    }
    return copy(
        newOutcome,
        newEffect,
        action,
        followUp,
        ends,
        over,
        source,
        wish.hold().orElse(hold),
        newLimits);
  }

  private HealthRule copy(
      Outcome newOutcome,
      Effect newEffect,
      Action newAction,
      String newFollowUp,
      Set<Evidence> newEnds,
      String newOver,
      String newSource,
      Duration newHold,
      List<Limit> newLimits) {
    return new HealthRule(
        signal,
        meaning,
        newOutcome,
        newEffect,
        newAction,
        newFollowUp,
        newEnds,
        newOver,
        newSource,
        newHold,
        newLimits,
        alwaysBlocks);
  }

  /** Whether that evidence ends it. */
  public boolean endsWith(Evidence evidence) {
    return ends.contains(evidence);
  }

  /** False when no new pod must get the device. */
  public boolean schedulable() {
    return effect.schedulable();
  }

  /** The threshold of that name. */
  public Optional<Limit> limit(String name) {
    return limits.stream().filter(limit -> limit.name().equals(name)).findFirst();
  }

  /** All that ends it, half a sentence that follows "when". */
  public String endsWhen() {
    List<String> words = new ArrayList<>();
    for (Evidence evidence : Evidence.values()) {
      if (ends.contains(evidence)) {
        boolean own = evidence == Evidence.OVER || evidence == Evidence.QUIET;
        words.add(own && !over.isEmpty() ? over : evidence.describe());
      }
    }
    if (!hold.isZero() && !ends.contains(Evidence.OVER)) {
      words.add("it was not seen again for " + Spans.of(hold));
    }
    int last = words.size() - 1;
    String all =
        last <= 0
            ? String.join("", words)
            : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    return hold.isZero() || !ends.contains(Evidence.OVER)
        ? all
        : all + ", and " + Spans.of(hold) + " have passed since";
  }
}
