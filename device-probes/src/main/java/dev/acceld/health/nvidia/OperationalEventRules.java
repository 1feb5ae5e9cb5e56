package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.rule.HealthRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What GPU Operational Events mean. They are a preview, and the codes of the modules may change
 * with each driver: what an event makes of a GPU goes by its severity, and its category adds
 * advice. An event that the driver also reports as an XID is that XID, and none of these.
 */
public final class OperationalEventRules {
  /** The reason of faults that are operational events. */
  public static final String REASON = "operational-event";

  private static final String OTHER = REASON + "-other";
  private static final String SOURCE = "NVIDIA GPU Operational Events, R620 (preview)";
  private static final int LONGEST_MODULE = 16;
  private static final FaultCode OVERFLOW =
      new FaultCode(REASON, "OVERFLOW", OperationalEventKind.OVERFLOW.id());

  private OperationalEventRules() {}

  /**
   * The fault that is an event of that identity, {@code GPU-BUS-0x0003}, with severity and category
   * as sub-code.
   *
   * @param module the signature of the module, as the driver writes it
   * @param code its code within the module, unsigned
   * @param category a number of the registry of categories
   */
  public static FaultCode event(
      String module, long code, OperationalEventKind kind, long category) {
    String detail =
        OperationalEventCategory.of(category)
            .map(known -> kind.id() + "." + known.id())
            .orElse(kind.id());
    return new FaultCode(
        REASON, signature(module) + String.format(Locale.ROOT, "-0x%04X", code), detail);
  }

  /** The fault that says that the driver has dropped events. */
  public static FaultCode overflow() {
    return OVERFLOW;
  }

  /** The fault that stands for further events of that kind, of a GPU with too many codes. */
  public static FaultCode more(OperationalEventKind kind) {
    return new FaultCode(REASON, "MORE", kind.id());
  }

  /** What the driver writes may be anything: capitals, digits and dashes are left. */
  private static String signature(String module) {
    String word =
        module.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "-").replaceAll("^[^A-Z]+|-$", "");
    String named = word.isEmpty() ? "UNKNOWN" : word;
    return named.substring(0, Math.min(named.length(), LONGEST_MODULE)).replaceAll("-$", "");
  }

  /** One rule for each kind, and for the grave ones one for each category. */
  static List<HealthRule> rules() {
    List<HealthRule> rules = new ArrayList<>();
    for (OperationalEventKind kind : OperationalEventKind.values()) {
      rules.add(rule(kind, "", kind.describe(), XidFollowUp.SUPPORT));
      if (kind.isGrave()) {
        for (OperationalEventCategory category : OperationalEventCategory.values()) {
          rules.add(
              rule(
                  kind,
                  "-" + category.id(),
                  kind.describe() + ": " + category.describe(),
                  category.followUp()));
        }
      }
    }
    rules.add(other());
    return rules;
  }

  private static HealthRule rule(
      OperationalEventKind kind, String category, String meaning, XidFollowUp followUp) {
    HealthRule rule =
        HealthRule.of(
                REASON + "-" + kind.id() + category,
                meaning,
                kind.outcome(),
                kind.action(),
                kind.ends())
            .from(SOURCE);
    return kind.isGrave() ? rule.orElse(followUp.describe()) : rule;
  }

  /** A count, and a damaged record, have no severity; only what is grave has a record. */
  private static HealthRule other() {
    return HealthRule.of(
            OTHER,
            "an event, told without its severity",
            OperationalEventKind.FATAL.outcome(),
            Action.NONE,
            OperationalEventKind.FATAL.ends())
        .orElse("look the event up in NVIDIA's GPU Operational Event Catalog")
        .from(SOURCE);
  }

  /** What such a fault means; its sub-code names the rule. */
  static FaultEntry entry(FaultCode code, Function<String, Optional<HealthRule>> table) {
    String kind = code.detail().split("\\.", 2)[0];
    HealthRule rule =
        table
            .apply(REASON + "-" + code.detail().replace('.', '-'))
            .or(() -> table.apply(REASON + "-" + kind))
            .or(() -> table.apply(OTHER))
            .orElseThrow();
    return new FaultEntry(code, "GPU operational event " + code.value(), rule, Set.of());
  }
}
