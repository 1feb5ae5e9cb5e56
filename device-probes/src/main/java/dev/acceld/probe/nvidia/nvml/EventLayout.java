package dev.acceld.probe.nvidia.nvml;

/**
 * The same as {@link Layout}, of the structs of GPU Operational Events, a preview that drivers from
 * 615 on have; after NVIDIA's NVML API reference and nvidia-ml-py 13.615. None of them has a
 * version in its first word: that is in the names of the functions.
 */
public final class EventLayout {
  private EventLayout() {}

  /** {@code nvmlGpuOperationalEventConfig_v1_t}: of which GPU, and how grave at least. */
  public static final class OperationalConfig {
    private OperationalConfig() {}

    /** Bytes. */
    public static final int SIZE = 104;

    /** {@code char[96]}, NUL-terminated; in. */
    public static final int UUID = 0;

    /** Room for {@link #UUID}. */
    public static final int UUID_LENGTH = 96;

    /** The least log level; 0 for any; in. */
    public static final int LOG_LEVEL = 96;

    /** The least severity; 0 for any; in. */
    public static final int SEVERITY = 100;
  }

  /** {@code nvmlEventSetWait_v3_t}: an event bit or an operational event. */
  public static final class EventWait {
    private EventWait() {}

    /** Bytes. */
    public static final int SIZE = 224;

    /** Milliseconds to wait; in. */
    public static final int TIMEOUT = 0;

    /** {@link #EVENT_BIT} or {@link #OPERATIONAL}. */
    public static final int DATA_TYPE = 4;

    /** {@code char[96]} of the GPU; may be empty. */
    public static final int UUID = 8;

    /** Room for {@link #UUID}. */
    public static final int UUID_LENGTH = 96;

    /** {@code char[16]}, without a NUL when it is that long. */
    public static final int MODULE = 104;

    /** Room for {@link #MODULE}. */
    public static final int MODULE_LENGTH = 16;

    /** One of the event bits, 64 bits. */
    public static final int TYPE = 120;

    /** The number of an XID, 64 bits. */
    public static final int DATA = 128;

    /** Which group of events it belongs to, 64 bits. */
    public static final int GROUP = 136;

    /** 10 informational, 20 corrected, 30 recoverable, 40 fatal, and maybe others. */
    public static final int SEVERITY = 176;

    /** A number of the registry of categories. */
    public static final int CATEGORY = 180;

    /** The code within the module. */
    public static final int CODE = 184;

    /** Bits; {@link #OVERFLOW} among them. */
    public static final int ATTRIBUTES = 208;

    /** Bits: {@link #RECOVERED}, {@link #PREVIOUS}, {@link #SIMULATED}. */
    public static final int GROUP_ATTRIBUTES = 216;

    /** In {@link #DATA_TYPE}: as {@code nvmlEventSetWait_v2} reports it. */
    public static final int EVENT_BIT = 0;

    /** In {@link #DATA_TYPE}: a GPU Operational Event. */
    public static final int OPERATIONAL = 1;

    /** In {@link #ATTRIBUTES}: events or contexts before this one were dropped. */
    public static final int OVERFLOW = 1 << 6;

    /** In {@link #GROUP_ATTRIBUTES}: the condition has been recovered from. */
    public static final int RECOVERED = 1;

    /** In {@link #GROUP_ATTRIBUTES}: an error of before, told only now. */
    public static final int PREVIOUS = 1 << 1;

    /** In {@link #GROUP_ATTRIBUTES}: a simulation or a test. */
    public static final int SIMULATED = 1 << 2;
  }

  /** {@code nvmlEventSetGetContextCount_v1_t}, of the event handed out last. */
  public static final class ContextCount {
    private ContextCount() {}

    /** Bytes. */
    public static final int SIZE = 4;

    /** How many contexts it has. */
    public static final int COUNT = 0;
  }

  /** {@code nvmlEventSetGetContextInfo_v1_t}. */
  public static final class ContextInfo {
    private ContextInfo() {}

    /** Bytes. */
    public static final int SIZE = 20;

    /** From 0; in. */
    public static final int INDEX = 0;

    /** {@link #LEGACY_XID} or another. */
    public static final int TYPE = 4;

    /** In {@link #TYPE}: the XID that the driver reports for the same occurrence. */
    public static final int LEGACY_XID = 1;
  }

  /** {@code nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1_t}. */
  public static final class ContextXid {
    private ContextXid() {}

    /** Bytes. */
    public static final int SIZE = 8;

    /** From 0; in. */
    public static final int INDEX = 0;

    /** The number of the XID. */
    public static final int XID = 4;
  }
}
