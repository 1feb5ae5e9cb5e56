package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A GPU Operational Event, as drivers from 615 on report it.
 *
 * @param module the signature of what reports it, {@code GPU-BUS}; 16 characters at most
 * @param code its code within the module
 * @param category NVIDIA's number of the category, 0 for none
 * @param severity 10 informational, 20 corrected, 30 recoverable, 40 fatal
 * @param attributes bits of {@code NVML_OPERATIONAL_EVENT_ATTR_*}
 * @param groupAttributes bits of {@code NVML_OPERATIONAL_EVENT_GROUP_ATTR_*}
 * @param xid the legacy XID in its context; 0 for none
 */
public record OperationalEvent(
    String module,
    int code,
    int category,
    int severity,
    int attributes,
    int groupAttributes,
    int xid) {

  /** The first driver branch that reports them. */
  public static final int SINCE = 615;

  /** The severity of an error that the GPU does not survive. */
  public static final int FATAL = 40;

  /** The primary event of its group. */
  public static final int PRIMARY = 1 << 5;

  private static final int ERROR = 50;
  private static final int WARNING = 40;
  private static final int NOTICE = 30;
  private static final int RECOVERABLE = 30;
  private static final int TIMEOUT = 1;
  private static final int INTERCONNECT = 3;

  private static final Pattern SIGNATURE = Pattern.compile("[!-~]{1,16}");

  /** Those XIDs whose event is known by its numbers. */
  private static final Map<Integer, OperationalEvent> OF_XIDS =
      Map.of(
          79, new OperationalEvent("GPU-BUS", 0x3, INTERCONNECT, FATAL, PRIMARY, 0, 79),
          119, new OperationalEvent("GPU-GSP", 0x1, TIMEOUT, FATAL, PRIMARY, 0, 119));

  /** Refuses what no driver could report. */
  public OperationalEvent {
    if (!SIGNATURE.matcher(module).matches()) {
      throw new MachineException(
          "'" + module + "' is not a module; use up to 16 printable characters, such as GPU-RAS");
    }
    if (code < 0 || code > 0xffff || category < 0 || category > 0xffff) {
      throw new MachineException("a code and a category are numbers from 0 to 0xffff");
    }
    if (xid < 0 || xid > 999) {
      throw new MachineException("XID " + xid + " does not exist; use a number from 1 to 999");
    }
  }

  /** What a driver reports beside that XID. */
  public static Optional<OperationalEvent> of(int xid) {
    return Optional.ofNullable(OF_XIDS.get(xid));
  }

  /** As an entry of the state file. */
  void append(NvmlState state, int gpu) {
    int logLevel = severity >= FATAL ? ERROR : severity >= RECOVERABLE ? WARNING : NOTICE;
    long group = state.number("event.next", 1);
    DriverEvents.append(
        state,
        String.join(
            " ",
            gpu + " 0 " + xid,
            module,
            code + " " + category + " " + severity + " " + logLevel,
            attributes + " " + groupAttributes + " " + group));
  }
}
