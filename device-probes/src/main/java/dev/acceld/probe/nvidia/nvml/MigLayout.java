package dev.acceld.probe.nvidia.nvml;

/** {@link Layout} of the structs about MIG: profiles, instances and their placement. */
public final class MigLayout {
  private MigLayout() {}

  /** {@code nvmlGpuInstancePlacement_t}: in memory slices. */
  public static final class Placement {
    private Placement() {}

    /** Bytes. */
    public static final int SIZE = 8;

    /** The first slice. */
    public static final int START = 0;

    /** How many slices. */
    public static final int LENGTH = 4;
  }

  /** {@code nvmlGpuInstanceProfileInfo_t}. */
  public static final class GpuInstanceProfile {
    private GpuInstanceProfile() {}

    /** Bytes. */
    public static final int SIZE = 48;

    /** What creating one takes. */
    public static final int ID = 0;

    /** Compute slices. */
    public static final int SLICES = 8;

    /** How many there can be at once. */
    public static final int INSTANCES = 12;

    /** Multiprocessors; copy engines, decoders, encoders, JPEG and OFA engines follow. */
    public static final int MULTIPROCESSORS = 16;

    /** Mebibytes, 64 bits. */
    public static final int MEMORY = 40;
  }

  /** {@code nvmlGpuInstanceProfileInfo_v2_t}; driver 510. */
  public static final class GpuInstanceProfileV2 {
    private GpuInstanceProfileV2() {}

    /** Bytes. */
    public static final int SIZE = 152;

    /** First word. */
    public static final int VERSION = Layout.versioned(SIZE, 2);

    /** What creating one takes. */
    public static final int ID = 4;

    /** Compute slices. */
    public static final int SLICES = 12;

    /** How many there can be at once. */
    public static final int INSTANCES = 16;

    /** Multiprocessors; copy engines, decoders, encoders, JPEG and OFA engines follow. */
    public static final int MULTIPROCESSORS = 20;

    /** Mebibytes, 64 bits. */
    public static final int MEMORY = 48;

    /** {@code char[96]}, {@code MIG 1g.10gb}. */
    public static final int NAME = 56;
  }

  /** {@code nvmlGpuInstanceInfo_t}. */
  public static final class GpuInstance {
    private GpuInstance() {}

    /** Bytes. */
    public static final int SIZE = 24;

    /** Unique on the GPU. */
    public static final int ID = 8;

    /** Of the profile. */
    public static final int PROFILE = 12;

    /** {@link Placement}. */
    public static final int PLACEMENT = 16;
  }

  /** {@code nvmlComputeInstanceProfileInfo_t}. */
  public static final class ComputeInstanceProfile {
    private ComputeInstanceProfile() {}

    /** Bytes. */
    public static final int SIZE = 36;

    /** What creating one takes. */
    public static final int ID = 0;

    /** Compute slices. */
    public static final int SLICES = 4;
  }

  /** {@code nvmlComputeInstanceInfo_t}. */
  public static final class ComputeInstance {
    private ComputeInstance() {}

    /** Bytes. */
    public static final int SIZE = 32;

    /** Unique in its GPU instance. */
    public static final int ID = 16;
  }
}
