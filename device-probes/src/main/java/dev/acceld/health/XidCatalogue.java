package dev.acceld.health;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * NVIDIA's XIDs: what each means and what it asks for, after NVIDIA's catalogue of 2025-10-29. 154
 * only announces that the driver's recovery action changed, which the probe reads by itself; 144 to
 * 150 count as their common outcome, since NVML does not deliver the words that tell them apart.
 */
public final class XidCatalogue {

  /**
   * One XID.
   *
   * @param code its number
   * @param meaning a few words
   * @param kind what it asks for
   */
  public record Entry(long code, String meaning, XidClass kind) {}

  private static final String TABLE =
      """
      8|APP|GPU stopped processing (channel timeout)
      11,25,32,69,80|APP|invalid or corrupted data sent to the GPU
      13|APP|graphics engine exception
      31|APP|MMU page fault
      37|APP|firmware method error
      38,66,67|APP|illegal access or watchdog in the driver
      39-41,70-72,75-77,85,126-135|APP|copy engine error
      43|APP|channel reset
      44|APP|fault in a context switch
      45|APP|channel removed early, after another error
      46|RESET|GPU stopped processing
      48|RESET|double-bit ECC error
      54|RMA|auxiliary power is missing
      60|APP|video processor exception
      61|DEGRADE|PMU breakpoint
      62|RESET|PMU halted
      63|INFO|memory row remapped or page retired
      64|RMA|memory row could not be remapped
      68,82-84,86,88,89,96-107,139|APP|video or JPEG engine exception
      74|RESET|NVLink error
      78|INFO|vGPU start error
      79|REBOOT|GPU has fallen off the bus
      92|DEGRADE|high rate of single-bit ECC errors
      93|INFO|InfoROM wear limit reached
      94|APP|contained memory error
      95|RESET|uncontained memory error
      109|RESET|context switch timed out
      110|RESET|security fault
      119|RESET|GSP did not answer in time
      120|RESET|GSP error
      121|DEGRADE|C2C link error
      122-125|INFO|SPI or InfoROM cannot be accessed
      136|RESET|link training failed
      137|APP|NVLink privilege error
      140|RESET|unrecovered ECC error
      141|APP|fast-path error
      142|DEGRADE|video encoder error
      143|RESET|GPU could not be initialised
      144-150|RESET|NVLink 5 error
      151|RESET|key rotation error in confidential computing
      152|DEGRADE|deep learning accelerator error
      153,157|DEGRADE|memory retirement failed
      154|INFO|recovery action changed
      155|RESET|NVLink error defined by software
      156|RESET|resource retired
      158|RESET|GPU fatal timeout
      159|DEGRADE|CHI error
      160,161|DEGRADE|channel retired
      162-165|INFO|power smoothing changed
      166|RESET|NVLink cryptography error
      167|REBOOT|PCIe fatal timeout
      168|DEGRADE|memory capacity is reduced
      169|RESET|SEC2 halted
      170|RESET|interrupt error in confidential computing
      171|RESET|uncorrectable DRAM error
      172|RESET|uncorrectable SRAM error
      """;

  private static final Map<Long, Entry> ENTRIES = parse(TABLE);

  private XidCatalogue() {}

  /** The entry of that number; empty for a number that the catalogue does not have. */
  public static Optional<Entry> find(long code) {
    return Optional.ofNullable(ENTRIES.get(code));
  }

  /** Every entry by its number. */
  public static Map<Long, Entry> entries() {
    return ENTRIES;
  }

  /** As {@link #find}; a number that nobody knows degrades the device, no more. */
  static Entry entry(long code) {
    return find(code)
        .orElseGet(() -> new Entry(code, "an error unknown to acceld", XidClass.DEGRADE));
  }

  private static Map<Long, Entry> parse(String table) {
    Map<Long, Entry> entries = new HashMap<>();
    for (String line : table.split("\n", -1)) {
      String[] columns = line.split("\\|", 3);
      if (columns.length < 3) {
        continue;
      }
      XidClass kind = XidClass.valueOf(columns[1]);
      for (String range : columns[0].split(",", -1)) {
        String[] ends = range.split("-", 2);
        long last = Long.parseLong(ends[ends.length - 1]);
        for (long code = Long.parseLong(ends[0]); code <= last; code++) {
          if (entries.put(code, new Entry(code, columns[2], kind)) != null) {
            throw new IllegalStateException("XID " + code + " is in the catalogue twice");
          }
        }
      }
    }
    return Map.copyOf(entries);
  }
}
