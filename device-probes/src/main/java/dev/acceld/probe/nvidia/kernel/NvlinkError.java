package dev.acceld.probe.nvidia.kernel;

import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.vendor.FaultCode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the driver says of an error of NVLink 5 (XIDs 144 to 150): {@code NETIR_LINK_EVT Fatal XC0
 * i0 Link 08 (0x004505c6 0x00000000 …)}, after NVIDIA's XID catalogue.
 *
 * @param unit what reports it: {@code RLW_REMAP}
 * @param fatal whether the driver calls it fatal
 * @param link the link; -1 for none
 * @param words intrinfo, error status and what follows, as the driver writes them; empty when the
 *     line has none
 * @param subCode bits 20 to 25 of intrinfo; -1 when the line has no words
 */
record NvlinkError(String unit, boolean fatal, int link, String words, int subCode) {
  private static final Pattern FORM =
      Pattern.compile(
          "([A-Z][A-Z0-9_]{0,20}(?:/[A-Z0-9_]{1,20})?) (Nonfatal|Fatal) XC[0-9] i[0-9]{1,3} Link"
              + " (-?[0-9]{1,3})(?: \\((0x[0-9a-fA-F]{1,8}(?: 0x[0-9a-fA-F]{1,8}){0,7})\\))?.*");

  /** Of an XID's text; empty for another XID or form. */
  static Optional<NvlinkError> read(int xid, String text) {
    if (xid < 144 || xid > 150) {
      return Optional.empty();
    }
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    String words = m.group(4) == null ? "" : m.group(4);
    return Optional.of(
        new NvlinkError(
            m.group(1),
            m.group(2).equals("Fatal"),
            Integer.parseInt(m.group(3)),
            words,
            words.isEmpty() ? -1 : subCode(words.split(" ", 2)[0])));
  }

  private static int subCode(String intrinfo) {
    return (int) (Long.parseLong(intrinfo.substring(2), 16) >> 20) & 0x3f;
  }

  /** The fault, with its cause where the words tell it. */
  FaultCode fault(int xid) {
    String[] each = words.split(" ", -1);
    return each.length < 2
        ? NvidiaHealthRules.xid(xid)
        : NvidiaHealthRules.nvlink5(xid, unit, subCode, Long.parseLong(each[1].substring(2), 16));
  }

  /** As facts of a kernel message. */
  Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("unit", unit);
    facts.put("severity", fatal ? "fatal" : "nonfatal");
    facts.put("link", Integer.toString(link));
    if (!words.isEmpty()) {
      facts.put("words", words);
      facts.put("subCode", Integer.toString(subCode));
    }
    return facts;
  }
}
