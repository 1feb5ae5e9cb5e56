package dev.acceld.probe.nvidia.session;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.EventLayout.ContextCount;
import dev.acceld.probe.nvidia.nvml.EventLayout.ContextInfo;
import dev.acceld.probe.nvidia.nvml.EventLayout.ContextXid;
import dev.acceld.probe.nvidia.nvml.EventLayout.EventWait;
import dev.acceld.probe.nvidia.nvml.EventLayout.OperationalConfig;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GPU Operational Events in an event set of their own. {@link #await} and {@link #taken} are for
 * the thread that waits on the set; registering is for any.
 */
final class OperationalEvents {
  /** The oldest driver branch that has them. */
  private static final int SINCE = 615;

  /** Below are telemetry and diagnostics, which say nothing of health. */
  private static final int NOTICE = 30;

  private static final int MOST_CONTEXTS = 32;
  private static final Logger log = LoggerFactory.getLogger(OperationalEvents.class);

  private final Nvml nvml;
  private final Pointer set;
  private final Memory wait = new Memory(Layout.room(EventWait.SIZE));
  private final Memory count = new Memory(Layout.room(ContextCount.SIZE));
  private final Memory info = new Memory(Layout.room(ContextInfo.SIZE));
  private final Memory xid = new Memory(Layout.room(ContextXid.SIZE));
  private long unread;

  OperationalEvents(Nvml nvml, Pointer set) {
    this.nvml = nvml;
    this.set = set;
  }

  /** Why the loaded library has none, for a person; empty when it has them. */
  static Optional<String> missing(Nvml nvml) {
    return Symbol.OPERATIONAL_EVENTS.stream()
        .filter(nvml.missing()::containsKey)
        .findFirst()
        .map(symbol ->
            "this driver's library has no "
                + symbol.function()
                + "; driver "
                + SINCE
                + " and newer have it");
  }

  /**
   * Has the set get the events of a GPU; once more does no harm.
   *
   * @throws NvmlCallException when it gets none
   */
  void register(String uuid) throws NvmlCallException {
    Memory config = new Memory(Layout.room(OperationalConfig.SIZE));
    config.clear();
    byte[] name = uuid.getBytes(StandardCharsets.US_ASCII);
    config.write(
        OperationalConfig.UUID, name, 0, Math.min(name.length, OperationalConfig.UUID_LENGTH - 1));
    config.setInt(OperationalConfig.LOG_LEVEL, NOTICE);
    NvmlReturn answer = nvml.get(Symbol.REGISTER_OPERATIONAL_EVENTS, set, config);
    if (!answer.ok()) {
      throw new NvmlCallException(Symbol.REGISTER_OPERATIONAL_EVENTS.function(), answer);
    }
  }

  /** Waits for an event. */
  NvmlReturn await(int milliseconds) {
    wait.clear();
    wait.setInt(EventWait.TIMEOUT, milliseconds);
    return nvml.get(Symbol.EVENT_SET_WAIT_V3, set, wait);
  }

  /** What {@link #await} got; null when it is of another kind. */
  DriverEvent.@Nullable Operational taken(Instant at) {
    return wait.getInt(EventWait.DATA_TYPE) != EventWait.OPERATIONAL
        ? null
        : new DriverEvent.Operational(
            Nvml.string(wait, EventWait.UUID, EventWait.UUID_LENGTH),
            Nvml.string(wait, EventWait.MODULE, EventWait.MODULE_LENGTH),
            unsigned(EventWait.CODE),
            unsigned(EventWait.SEVERITY),
            unsigned(EventWait.CATEGORY),
            wait.getInt(EventWait.ATTRIBUTES),
            wait.getInt(EventWait.GROUP_ATTRIBUTES),
            wait.getLong(EventWait.GROUP),
            xids(),
            at);
  }

  private long unsigned(int offset) {
    return Integer.toUnsignedLong(wait.getInt(offset));
  }

  /** Those of the event that was handed out last: the library keeps no others. */
  private List<Long> xids() {
    List<Long> xids = new ArrayList<>();
    count.clear();
    NvmlReturn answer = nvml.get(Symbol.EVENT_CONTEXT_COUNT, set, count);
    long contexts = answer.ok() ? Integer.toUnsignedLong(count.getInt(ContextCount.COUNT)) : 0;
    String trouble = answer.ok() ? "" : answer.toString();
    for (int i = 0; i < Math.min(contexts, MOST_CONTEXTS); i++) {
      answer = context(i, xids);
      trouble = answer.ok() ? trouble : answer.toString();
    }
    if (contexts > MOST_CONTEXTS) {
      trouble = contexts + " contexts, of which " + MOST_CONTEXTS + " are read";
    }
    if (!trouble.isEmpty() && Long.bitCount(++unread) == 1) {
      log.warn(
          "not all contexts of {} GPU operational events could be read (the last: {}): if the"
              + " driver reports one of them as an XID too, it counts twice",
          unread,
          trouble);
    }
    return xids;
  }

  private NvmlReturn context(int index, List<Long> xids) {
    info.clear();
    info.setInt(ContextInfo.INDEX, index);
    NvmlReturn answer = nvml.get(Symbol.EVENT_CONTEXT_INFO, set, info);
    if (answer.ok() && info.getInt(ContextInfo.TYPE) == ContextInfo.LEGACY_XID) {
      xid.clear();
      xid.setInt(ContextXid.INDEX, index);
      answer = nvml.get(Symbol.EVENT_CONTEXT_XID, set, xid);
      if (answer.ok()) {
        xids.add(Integer.toUnsignedLong(xid.getInt(ContextXid.XID)));
      }
    }
    return answer;
  }
}
