package dev.acceld.health.nvidia;

import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.rule.HealthRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What tells the causes of XIDs 144 to 150 apart, after the sheet "XID 144-150 Decode" of NVIDIA's
 * catalogue of 2025-10-29: the unit and its error status, and for events of a link bits 20 to 25 of
 * its interrupt information. Only the kernel's log has them. Where the sheet is not definite (the
 * statuses 1, 2 and 4 of RLW_RXPIPE, sub-code 40 of a link event) there is no entry, and the XID
 * means what it means without them. Not seen on real hardware.
 */
final class NvLink5Catalogue {
  /** XID, unit, statuses (hexadecimal) or sub-codes (after #), class, follow-up. */
  private static final String TABLE =
      """
      144|saw-mvb|2,10|RESET|SUPPORT
      144|saw-mvb|1,8|INFO|SUPPORT
      144|saw-mvb|4,20|INFO|NOTHING
      145|rlw-ctrl|80000000|INFO|SUPPORT
      145|rlw-remap|40,80|RESET|SUPPORT
      145|rlw-remap|1,2|INFO|SUPPORT
      145|rlw-remap|4,8,10,20|INFO|LINK
      145|rlw-remap|100,200|INFO|NOTHING
      145|rlw-remap|80000000|INFO|SUPPORT
      145|rlw-rspcol|2|RESET|SUPPORT
      145|rlw-rspcol|1|INFO|NOTHING
      145|rlw-rspcol|80000000|INFO|SUPPORT
      145|rlw-rxpipe|8,80000000|INFO|SUPPORT
      145|rlw-src-track|1,10,20|RESET|SUPPORT
      145|rlw-src-track|2,4,8|INFO|NOTHING
      145|rlw-src-track|80000000|INFO|SUPPORT
      145|rlw-tagstate|2,20000,100000|RESET|SUPPORT
      145|rlw-tagstate|1,10000|INFO|NOTHING
      145|rlw-tagstate|80000000|INFO|SUPPORT
      146|tlw-ctrl|4|RESET|SUPPORT
      146|tlw-ctrl|2,80000000|INFO|SUPPORT
      146|tlw-ctrl|1|INFO|NOTHING
      146|tlw-rx|4|RESET|SUPPORT
      146|tlw-rx|2,80000000|INFO|SUPPORT
      146|tlw-rx|1|INFO|NOTHING
      146|tlw-tx|4|RESET|SUPPORT
      146|tlw-tx|2,80000000|INFO|SUPPORT
      146|tlw-tx|1|INFO|NOTHING
      147|trex|1,80000000|INFO|SUPPORT
      148|nvlpw-ctrl|80000000|INFO|SUPPORT
      149|netir|0|RESET|SUPPORT
      149|netir-ber-event|0,1,2,3|DEGRADE|LINK
      149|netir-link-evt|#0,#1|RESET|SUPPORT
      149|netir-link-evt|#2,#4,#10,#16,#18,#42,#43|RESET|LINK
      149|netir-link-evt|#15,#17,#22|RESET|SOFTWARE
      149|netir-link-evt|#21,#32,#33,#34,#35,#36,#37|RESET|PEER
      149|netir-link-evt|#38|DEGRADE|SOFTWARE
      149|netir-mfde-event|1,4,5,7|RESET|SUPPORT
      149|netir-mfde-event|3|INFO|NOTHING
      150|mse-watchdog|0|RESET|SUPPORT
      """;

  /** Names that drivers of before and after release 575 give to the same unit. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "tlw-rx-pipe0", "tlw-rx",
          "tlw-rx-pipe1", "tlw-rx",
          "tlw-tx-pipe0", "tlw-tx",
          "tlw-tx-pipe1", "tlw-tx",
          "nvlpw", "nvlpw-ctrl",
          "netir-int", "netir",
          "netir-link-down", "netir-link-evt");

  private static final String LINK_EVENT = "netir-link-evt";

  private record Entry(FaultCode code, XidClass kind, XidFollowUp followUp) {
    HealthRule rule() {
      String meaning =
          "NVLink 5 error "
              + switch (kind) {
                case INFO, APP -> "that needs no reset";
                case DEGRADE -> "of a link; the GPU keeps working";
                case RESET, REBOOT, RMA -> "that needs a reset";
              };
      return HealthRule.of(code.signal(), meaning, kind.outcome(), kind.action(), kind.ends())
          .orElse(followUp.describe())
          .from(XidCatalogue.SOURCE);
    }
  }

  private static final Map<FaultCode, Entry> ENTRIES = parse(TABLE);

  private NvLink5Catalogue() {}

  /** One rule for each cause, in the order of the table. */
  static List<HealthRule> rules() {
    return ENTRIES.values().stream().map(Entry::rule).toList();
  }

  /**
   * The fault of that XID with its cause as sub-code; without one when the catalogue does not tell
   * it. Of several bits in a status the gravest counts, if the catalogue has all of them.
   *
   * @param unit as the driver writes it, {@code RLW_REMAP}
   * @param subCode bits 20 to 25 of the interrupt information
   * @param status the error status
   */
  static FaultCode code(long xid, String unit, int subCode, long status) {
    String name = unit.toLowerCase(Locale.ROOT).replace('_', '-');
    String known = ALIASES.getOrDefault(name, name);
    FaultCode without = NvidiaHealthRules.xid(xid);
    if (known.equals(LINK_EVENT)) {
      return find(xid, known, Integer.toString(subCode)).map(Entry::code).orElse(without);
    }
    if (subCode != 0) {
      return without;
    }
    Optional<Entry> exact = find(xid, known, Long.toHexString(status));
    if (exact.isPresent()) {
      return exact.get().code();
    }
    List<Entry> bits = new ArrayList<>();
    for (long rest = status; rest != 0; rest &= rest - 1) {
      Optional<Entry> bit = find(xid, known, Long.toHexString(Long.lowestOneBit(rest)));
      if (bit.isEmpty()) {
        return without;
      }
      bits.add(bit.get());
    }
    return bits.stream().max(Comparator.comparing(Entry::kind)).map(Entry::code).orElse(without);
  }

  private static Optional<Entry> find(long xid, String unit, String cause) {
    FaultCode number = NvidiaHealthRules.xid(xid);
    try {
      FaultCode code = new FaultCode(number.reason(), number.value(), unit + "." + cause);
      return Optional.ofNullable(ENTRIES.get(code));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // what the log says may be anything
    }
  }

  private static Map<FaultCode, Entry> parse(String table) {
    Map<FaultCode, Entry> entries = new LinkedHashMap<>();
    for (String line : table.lines().toList()) {
      String[] columns = line.split("\\|", -1);
      for (String cause : columns[2].split(",", -1)) {
        FaultCode code =
            new FaultCode(
                NvidiaHealthRules.XID, columns[0], columns[1] + "." + cause.replace("#", ""));
        Entry entry =
            new Entry(code, XidClass.valueOf(columns[3]), XidFollowUp.valueOf(columns[4]));
        if (entries.put(code, entry) != null) {
          throw new IllegalStateException(code.signal() + " is in the catalogue twice");
        }
      }
    }
    return entries;
  }
}
