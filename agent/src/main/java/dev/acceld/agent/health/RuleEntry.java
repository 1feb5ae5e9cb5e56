package dev.acceld.agent.health;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Durations;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.machine.description.Suggestions;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Limit;
import dev.acceld.vendor.rule.Outcome;
import dev.acceld.vendor.rule.RuleOverride;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what an operator wants of one rule; a word that is not known is refused by name. */
final class RuleEntry {
  private static final String STATE = "state";
  private static final String EFFECT = "effect";
  private static final String HOLD = "hold";
  private static final Duration LONGEST_HOLD = Duration.ofDays(30);

  private final HealthRule rule;
  private final JsonNode fields;

  private RuleEntry(HealthRule rule, JsonNode fields) {
    this.rule = rule;
    this.fields = fields;
  }

  /**
   * The wish, checked against the rule that it is about.
   *
   * @throws WrongEntryException naming the signal, the field and the remedy
   */
  static RuleOverride read(HealthRule rule, JsonNode fields) throws WrongEntryException {
    return new RuleEntry(rule, fields).read();
  }

  private RuleOverride read() throws WrongEntryException {
    List<String> known =
        Stream.concat(Stream.of(STATE, EFFECT, HOLD), rule.limits().stream().map(Limit::name))
            .toList();
    if (!fields.isObject() || fields.isEmpty()) {
      throw new WrongEntryException(
          rule.signal() + " has no fields; set one of " + String.join(", ", known));
    }
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      if (!known.contains(field.getKey())) {
        throw new WrongEntryException(
            rule.signal() + " has no field '" + field.getKey() + "'" + hint(field.getKey(), known));
      }
    }
    RuleOverride wish = new RuleOverride(state(), effect(), hold(), limits());
    check(wish);
    return wish;
  }

  private Optional<String> text(String field) throws WrongEntryException {
    JsonNode value = fields.path(field);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isValueNode() || value.isNull() || value.asText().isBlank()) {
      throw wrong(field, "must be one value");
    }
    return Optional.of(value.asText());
  }

  private Optional<Outcome> state() throws WrongEntryException {
    List<String> known = Arrays.stream(Outcome.values()).map(Outcome::id).toList();
    return chosen(STATE, known).map(chosen -> Outcome.values()[known.indexOf(chosen)]);
  }

  private Optional<Effect> effect() throws WrongEntryException {
    List<String> known = Arrays.stream(Effect.values()).map(Effect::id).toList();
    return chosen(EFFECT, known).map(chosen -> Effect.values()[known.indexOf(chosen)]);
  }

  private Optional<String> chosen(String field, List<String> known) throws WrongEntryException {
    Optional<String> value = text(field);
    if (value.isPresent() && !known.contains(value.get())) {
      throw wrong(field, "is '" + value.get() + "'" + hint(value.get(), known));
    }
    return value;
  }

  private Optional<Duration> hold() throws WrongEntryException {
    Optional<String> value = text(HOLD);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> hold = Durations.parse(value.get());
    if (hold.filter(h -> h.compareTo(LONGEST_HOLD) <= 0).isEmpty()) {
      throw wrong(HOLD, "is '" + value.get() + "'; use " + Durations.FORM + ", 720h at most");
    }
    return hold;
  }

  private Map<String, Double> limits() throws WrongEntryException {
    Map<String, Double> limits = new HashMap<>();
    for (Limit limit : rule.limits()) {
      Optional<String> value = text(limit.name());
      if (value.isPresent()) {
        double number =
            fields.path(limit.name()).isNumber()
                ? fields.path(limit.name()).asDouble()
                : Double.NaN;
        if (!(number >= limit.least() && number <= limit.most())) {
          throw wrong(
              limit.name(),
              "is '"
                  + value.get()
                  + "'; use a number from "
                  + whole(limit.least())
                  + " to "
                  + whole(limit.most())
                  + " ("
                  + limit.meaning()
                  + ")");
        }
        limits.put(limit.name(), number);
      }
    }
    return limits;
  }

  private void check(RuleOverride wish) throws WrongEntryException {
    if (rule.alwaysBlocks()) {
      boolean otherState = wish.outcome().filter(state -> state != rule.outcome()).isPresent();
      if (otherState || wish.effect().filter(Effect::schedulable).isPresent()) {
        throw new WrongEntryException(
            rule.signal()
                + " cannot be made schedulable: the device cannot be used; set hold, or the effect"
                + " NoSchedule or NoExecute, or remove the entry");
      }
    }
    boolean tainted = wish.effect().filter(effect -> effect != Effect.NO_TAINT).isPresent();
    if (tainted && wish.outcome().equals(Optional.of(Outcome.COUNTED))) {
      throw wrong(
          EFFECT, "contradicts the state 'counted', which has no taint; remove one of the two");
    }
  }

  private static String whole(double number) {
    return Long.toString((long) number);
  }

  private WrongEntryException wrong(String field, String what) {
    return new WrongEntryException(rule.signal() + ": " + field + " " + what);
  }

  /** The nearest word, or all of a few. */
  static String hint(String word, List<String> known) {
    List<String> all = new ArrayList<>(known);
    return Suggestions.to(word, all)
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("; known are " + String.join(", ", all));
  }
}
