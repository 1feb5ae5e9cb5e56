package dev.acceld.probe.nvidia.session;

import com.sun.jna.Pointer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event that the driver handed out; which GPU it is about is not resolved yet. */
public sealed interface DriverEvent {

  /** When it was taken from the driver. */
  Instant at();

  /** What names it, for a person. */
  String identity();

  /**
   * An XID.
   *
   * @param gpu the handle; null when the driver gave none
   */
  record Xid(@Nullable Pointer gpu, long number, Instant at) implements DriverEvent {
    @Override
    public String identity() {
      return "XID " + number;
    }
  }

  /**
   * A GPU Operational Event.
   *
   * @param uuid the GPU's; empty where the driver does not say it
   * @param module the signature of what reports it, printable ASCII
   * @param code its code within the module
   * @param severity {@code nvmlOperationalEventSeverity_t}
   * @param category a number of the registry of categories
   * @param attributes bits of {@code NVML_OPERATIONAL_EVENT_ATTR_*}
   * @param groupAttributes bits of {@code NVML_OPERATIONAL_EVENT_GROUP_ATTR_*}
   * @param group which group of events it belongs to; 0 for none
   * @param xids the legacy XIDs in its contexts: the driver reports the same occurrence by these;
   *     each once, without 0, which is none
   */
  record Operational(
      String uuid,
      String module,
      long code,
      long severity,
      long category,
      int attributes,
      int groupAttributes,
      long group,
      List<Long> xids,
      Instant at)
      implements DriverEvent {

    /** Takes a copy. */
    public Operational {
      xids = xids.stream().filter(xid -> xid != 0).distinct().toList();
    }

    @Override
    public String identity() {
      return "GPU operational event " + module + " 0x" + Long.toHexString(code);
    }

    /** Whether its attributes have that bit. */
    public boolean has(int attribute) {
      return (attributes & attribute) != 0;
    }

    /** Whether the attributes of its group have that bit. */
    public boolean groupHas(int attribute) {
      return (groupAttributes & attribute) != 0;
    }
  }
}
