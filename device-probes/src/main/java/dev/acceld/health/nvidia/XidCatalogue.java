package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * NVIDIA's XIDs: what each means and what it asks for, after NVIDIA's catalogue of 2025-10-29. 154
 * only announces that the driver's recovery action changed, which the probe reads by itself; 144 to
 * 150 count as their common outcome where nothing tells their causes apart ({@link
 * NvLink5Catalogue}), for NVML does not deliver them; where the driver then asks for nothing (field
 * 230), they are over.
 */
public final class XidCatalogue {

  /**
   * One XID.
   *
   * @param code its number
   * @param meaning a few words
   * @param kind what it asks for at once
   * @param followUp what to do when that does not help
   */
  public record Entry(long code, String meaning, XidClass kind, XidFollowUp followUp) {

    /** As a rule. */
    HealthRule rule() {
      return HealthRule.of(
              NvidiaHealthRules.XID + "-" + code,
              meaning,
              kind.outcome(),
              kind.action(),
              kind.ends())
          .orElse(followUp.describe())
          .from(SOURCE);
    }
  }

  /** The document that the rules are from. */
  static final String SOURCE = "NVIDIA XID catalogue of 2025-10-29";

  private static final String TABLE =
      """
      8|APP|SUPPORT|GPU stopped processing (channel timeout)
      11,25,32,69,80|APP|APPLICATION|invalid or corrupted data sent to the GPU
      13|APP|APPLICATION|graphics engine exception
      31|APP|APPLICATION|MMU page fault
      37|APP|SUPPORT|firmware method error
      38,66,67|APP|SUPPORT|illegal access or watchdog in the driver
      39-41,70-72,75-77,85,126-135|APP|SUPPORT|copy engine error
      43|APP|APPLICATION|channel reset
      44|APP|SUPPORT|fault in a context switch
      45|APP|AFTERMATH|channel removed early, after another error
      46|RESET|SUPPORT|GPU stopped processing
      48|RESET|OTHER_XID|double-bit ECC error
      54|RMA|HARDWARE|auxiliary power is missing
      60|APP|SUPPORT|video processor exception
      61|DEGRADE|SUPPORT|PMU breakpoint
      62|RESET|SUPPORT|PMU halted
      63|INFO|RESET_AT_LEISURE|memory row remapped or page retired
      64|RMA|SUPPORT|memory row could not be remapped
      68,82-84,86,88,89,96-107,139|APP|SUPPORT|video or JPEG engine exception
      74|RESET|LINK|NVLink error
      78|INFO|SOFTWARE|vGPU start error
      79|REBOOT|SUPPORT|GPU has fallen off the bus
      92|DEGRADE|SUPPORT|high rate of single-bit ECC errors
      93|INFO|SUPPORT|InfoROM wear limit reached
      94|APP|RESET_AT_LEISURE|contained memory error
      95|RESET|SUPPORT|uncontained memory error
      109|RESET|SUPPORT|context switch timed out
      110|RESET|SOFTWARE|security fault
      119|RESET|SOFTWARE|GSP timeout
      120|RESET|SOFTWARE|GSP error
      121|DEGRADE|SUPPORT|C2C link error
      122-125|INFO|SUPPORT|SPI or InfoROM cannot be accessed
      136|RESET|LINK|link training failed
      137|APP|APPLICATION|NVLink privilege error
      140|RESET|SUPPORT|unrecovered ECC error
      141|APP|SUPPORT|fast-path error
      142|DEGRADE|SUPPORT|video encoder error
      143|RESET|SUPPORT|GPU could not be initialized
      144-150|RESET|LINK|NVLink 5 error
      151|RESET|SUPPORT|key rotation error in confidential computing
      152|DEGRADE|SUPPORT|deep learning accelerator error
      153,157|DEGRADE|SUPPORT|memory retirement failed
      154|INFO|NOTHING|recovery action changed
      155|RESET|SOFTWARE|NVLink error defined by software
      156|RESET|NOTHING|resource retired
      158|RESET|SUPPORT|GPU fatal timeout
      159|DEGRADE|SOFTWARE|CHI error
      160,161|DEGRADE|SUPPORT|channel retired
      162-165|INFO|NOTHING|power smoothing changed
      166|RESET|SUPPORT|NVLink cryptography error
      167|REBOOT|SUPPORT|PCIe fatal timeout
      168|DEGRADE|SUPPORT|memory capacity is reduced
      169|RESET|SUPPORT|SEC2 halted
      170|RESET|SUPPORT|interrupt error in confidential computing
      171|RESET|OTHER_XID|uncorrectable DRAM error
      172|RESET|OTHER_XID|uncorrectable SRAM error
      """;

  private static final Map<Long, Entry> ENTRIES = parse(TABLE);

  private XidCatalogue() {}

  /** The entry of that number; empty for a number that the catalogue does not have. */
  public static Optional<Entry> find(long code) {
    return Optional.ofNullable(ENTRIES.get(code));
  }

  /** The numbers, in order, of those after which a GPU is taken away or has to be replaced. */
  public static List<Long> grave() {
    return ENTRIES.values().stream()
        .filter(e -> e.kind().outcome() == Outcome.UNHEALTHY)
        .map(Entry::code)
        .sorted()
        .toList();
  }

  /** Every entry by its number. */
  public static Map<Long, Entry> entries() {
    return ENTRIES;
  }

  /** A rule for each in the order of numbers, and one for the numbers that nobody knows. */
  static List<HealthRule> rules() {
    List<HealthRule> rules = new ArrayList<>();
    new TreeMap<>(ENTRIES).values().forEach(entry -> rules.add(entry.rule()));
    rules.add(
        HealthRule.of(
                NvidiaHealthRules.OTHER_XID,
                "an error unknown to acceld",
                Outcome.DEGRADED,
                Action.NONE,
                XidClass.DEGRADE.ends())
            .orElse(XidFollowUp.SUPPORT.describe())
            .from("acceld"));
    return rules;
  }

  private static Map<Long, Entry> parse(String table) {
    Map<Long, Entry> entries = new HashMap<>();
    for (String line : table.split("\n", -1)) {
      String[] columns = line.split("\\|", 4);
      if (columns.length < 4) {
        continue;
      }
      XidClass kind = XidClass.valueOf(columns[1]);
      XidFollowUp followUp = XidFollowUp.valueOf(columns[2]);
      for (String range : columns[0].split(",", -1)) {
        String[] ends = range.split("-", 2);
        long last = Long.parseLong(ends[ends.length - 1]);
        for (long code = Long.parseLong(ends[0]); code <= last; code++) {
          if (entries.put(code, new Entry(code, columns[3], kind, followUp)) != null) {
            throw new IllegalStateException("XID " + code + " is in the catalogue twice");
          }
        }
      }
    }
    return Map.copyOf(entries);
  }
}
