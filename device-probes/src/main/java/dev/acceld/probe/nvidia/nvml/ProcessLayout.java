package dev.acceld.probe.nvidia.nvml;

/** The same as {@link Layout}, of the structs that tell of processes. */
public final class ProcessLayout {
  private ProcessLayout() {}

  /** {@code nvmlProcessInfo_t}, as the functions of version 2 and 3 fill it. */
  public static final class ProcessInfo {
    private ProcessInfo() {}

    /** Bytes. */
    public static final int SIZE = 24;

    /** The process id. */
    public static final int PID = 0;

    /** Bytes that it has; all bits set when nobody can tell. */
    public static final int MEMORY = 8;

    /** The GPU instance that it runs on; all bits set for the whole GPU. */
    public static final int GPU_INSTANCE = 16;
  }

  /** {@code nvmlProcessInfo_v1_t}: {@link ProcessInfo} without the instances. */
  public static final class ProcessInfoV1 {
    private ProcessInfoV1() {}

    /** Bytes. */
    public static final int SIZE = 16;

    /** The process id. */
    public static final int PID = 0;

    /** Bytes that it has; all bits set when nobody can tell. */
    public static final int MEMORY = 8;
  }

  /** {@code nvmlProcessUtilizationSample_t}: percent. */
  public static final class ProcessUtilization {
    private ProcessUtilization() {}

    /** Bytes. */
    public static final int SIZE = 32;

    /** The process id. */
    public static final int PID = 0;

    /** When it was measured, microseconds since 1970. */
    public static final int TIME = 8;

    /** Of the multiprocessors. */
    public static final int SM = 16;

    /** Of the memory interface. */
    public static final int MEMORY = 20;

    /** Of the video encoder. */
    public static final int ENCODER = 24;

    /** Of the video decoder. */
    public static final int DECODER = 28;
  }
}
