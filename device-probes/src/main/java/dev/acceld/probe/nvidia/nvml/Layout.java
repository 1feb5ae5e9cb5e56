package dev.acceld.probe.nvidia.nvml;

/**
 * Sizes and offsets of the structs that are passed, the same on x86-64 and aarch64 (LP64), from
 * nvml.h 13.3. A versioned struct begins with {@code size | version << 24}, or the driver answers
 * {@link NvmlReturn#ARGUMENT_VERSION_MISMATCH}. A test compiles the structs and compares.
 */
public final class Layout {
  private Layout() {}

  static int versioned(int size, int version) {
    return size | version << 24;
  }

  /**
   * How much memory to give a library for a struct of that many bytes: a newer library may write
   * more than what is known here.
   */
  public static int room(int size) {
    return 2 * size + 256;
  }

  /** {@code nvmlPciInfo_t}. */
  public static final class PciInfo {
    private PciInfo() {}

    /** Bytes. */
    public static final int SIZE = 68;

    /** {@code char[32]}, {@code 00000000:17:00.0}. */
    public static final int BUS_ID = 36;

    /** Room for {@link #BUS_ID}. */
    public static final int BUS_ID_LENGTH = 32;
  }

  /** {@code nvmlMemory_t}: three times 64 bits; used includes what the driver keeps. */
  public static final class Memory {
    private Memory() {}

    /** Bytes. */
    public static final int SIZE = 24;

    /** Bytes in all. */
    public static final int TOTAL = 0;

    /** Bytes free. */
    public static final int FREE = 8;

    /** Bytes used. */
    public static final int USED = 16;
  }

  /** {@code nvmlMemory_v2_t}. */
  public static final class MemoryV2 {
    private MemoryV2() {}

    /** Bytes. */
    public static final int SIZE = 40;

    /** First word. */
    public static final int VERSION = versioned(SIZE, 2);

    /** Bytes in all. */
    public static final int TOTAL = 8;

    /** Bytes that the driver keeps. */
    public static final int RESERVED = 16;

    /** Bytes free. */
    public static final int FREE = 24;

    /** Bytes used. */
    public static final int USED = 32;
  }

  /** {@code nvmlUtilization_t}: percent. */
  public static final class Utilization {
    private Utilization() {}

    /** Bytes. */
    public static final int SIZE = 8;

    /** Of the processor. */
    public static final int GPU = 0;

    /** Of the memory. */
    public static final int MEMORY = 4;
  }

  /** {@code nvmlTemperature_v1_t}. */
  public static final class Temperature {
    private Temperature() {}

    /** Bytes. */
    public static final int SIZE = 12;

    /** First word. */
    public static final int VERSION = versioned(SIZE, 1);

    /** Which sensor; 0 is the GPU's. */
    public static final int SENSOR = 4;

    /** Degrees Celsius, signed. */
    public static final int TEMPERATURE = 8;
  }

  /** {@code nvmlDeviceAddressingMode_v1_t}. */
  public static final class AddressingMode {
    private AddressingMode() {}

    /** Bytes. */
    public static final int SIZE = 8;

    /** First word. */
    public static final int VERSION = versioned(SIZE, 1);

    /** 0 none, 1 HMM, 2 ATS. */
    public static final int VALUE = 4;
  }

  /** {@code nvmlFieldValue_t}. */
  public static final class FieldValue {
    private FieldValue() {}

    /** Bytes. */
    public static final int SIZE = 40;

    /** Which field; in. */
    public static final int FIELD_ID = 0;

    /** Which link or part; in. */
    public static final int SCOPE_ID = 4;

    /** {@code nvmlValueType_t}; out. */
    public static final int VALUE_TYPE = 24;

    /** Return code of this field alone; out. */
    public static final int RETURN = 28;

    /** A union of 8 bytes; out. */
    public static final int VALUE = 32;
  }

  /** {@code nvmlEventData_t}. */
  public static final class EventData {
    private EventData() {}

    /** Bytes. */
    public static final int SIZE = 32;

    /** Handle of the GPU. */
    public static final int DEVICE = 0;

    /** One of the event bits. */
    public static final int TYPE = 8;

    /** The number of an XID. */
    public static final int DATA = 16;
  }

  /** {@code nvmlBAR1Memory_t}. */
  public static final class Bar1 {
    private Bar1() {}

    /** Bytes. */
    public static final int SIZE = 24;

    /** Bytes in all. */
    public static final int TOTAL = 0;

    /** Bytes free. */
    public static final int FREE = 8;

    /** Bytes used. */
    public static final int USED = 16;
  }

  /** {@code nvmlMarginTemperature_v1_t}. */
  public static final class MarginTemperature {
    private MarginTemperature() {}

    /** Bytes. */
    public static final int SIZE = 8;

    /** First word. */
    public static final int VERSION = versioned(SIZE, 1);

    /** Degrees left, signed. */
    public static final int MARGIN = 4;
  }

  /** {@code nvmlEccSramErrorStatus_v1_t}: counters of 64 bits. */
  public static final class SramStatus {
    private SramStatus() {}

    /** Bytes. */
    public static final int SIZE = 104;

    /** First word. */
    public static final int VERSION = versioned(SIZE, 1);

    /** Not corrected since the driver was loaded, found by parity. */
    public static final int VOLATILE_PARITY = 32;

    /** The same, found by ECC. */
    public static final int VOLATILE_SEC_DED = 40;

    /** Corrected since the driver was loaded. */
    public static final int VOLATILE_CORRECTED = 48;

    /** Not corrected ever, in L2; then SM, PCIe, microcontroller, other. */
    public static final int BUCKET_L2 = 56;

    /** 1 when there were more than NVIDIA tolerates. */
    public static final int THRESHOLD = 96;
  }

  /** {@code nvmlRepairStatus_v1_t}. */
  public static final class RepairStatus {
    private RepairStatus() {}

    /** Bytes. */
    public static final int SIZE = 12;

    /** First word. */
    public static final int VERSION = versioned(SIZE, 1);

    /** 1 when a memory channel is repaired at the next reset. */
    public static final int CHANNEL = 4;

    /** 1 when a TPC is repaired at the next reset. */
    public static final int TPC = 8;
  }

  /** {@code nvmlGpuFabricInfo_t}. */
  public static final class Fabric {
    private Fabric() {}

    /** Bytes. */
    public static final int SIZE = 28;

    /** Return code of the registration. */
    public static final int STATUS = 16;

    /** One byte: 0 none, 1 not begun, 2 under way, 3 completed. */
    public static final int STATE = 24;
  }

  /** {@code nvmlGpuFabricInfo_v3_t}, and version 2, which lacks the end. */
  public static final class FabricV {
    private FabricV() {}

    /** Bytes of version 3. */
    public static final int SIZE = 40;

    /** Bytes of version 2. */
    public static final int SIZE_2 = 36;

    /** First word; driver 580. */
    public static final int VERSION_3 = versioned(SIZE, 3);

    /** First word; driver 550. */
    public static final int VERSION_2 = versioned(SIZE_2, 2);

    /** 16 bytes, in the order in which a UUID is written. */
    public static final int CLUSTER_UUID = 4;

    /** Return code of the registration. */
    public static final int STATUS = 20;

    /** Which clique of the cluster. */
    public static final int CLIQUE_ID = 24;

    /** One byte, as in {@link Fabric#STATE}. */
    public static final int STATE = 28;

    /** Groups of bits. */
    public static final int HEALTH_MASK = 32;

    /** One byte, of version 3: 0 not told, 1 healthy, 2 unhealthy, 3 limited capacity. */
    public static final int HEALTH_SUMMARY = 36;
  }

  /** {@code nvmlGpmSupport_t}. */
  public static final class GpmSupport {
    private GpmSupport() {}

    /** Bytes. */
    public static final int SIZE = 8;

    /** First word: a plain number. */
    public static final int VERSION = 1;

    /** 1 when the GPU has GPM. */
    public static final int SUPPORTED = 4;
  }

  /** {@code nvmlGpmMetric_t}. */
  public static final class GpmMetric {
    private GpmMetric() {}

    /** Bytes. */
    public static final int SIZE = 40;

    /** Which metric; in. */
    public static final int ID = 0;

    /** Return code of this metric alone; out. */
    public static final int RETURN = 4;

    /** A double; out. */
    public static final int VALUE = 8;
  }

  /**
   * {@code nvmlGpmMetricsGet_t}. Its version is a plain number that says nothing of its size, and
   * it grows: 333 metrics in nvml.h 13.3, 477 in 13.4 and 13.5. A library may read or write all
   * that its own header has, so the memory for it must be as large as the largest known, with
   * slack.
   */
  public static final class GpmMetricsGet {
    private GpmMetricsGet() {}

    /** Bytes, of the largest known. */
    public static final int SIZE = 19104;

    /** First word: a plain number. */
    public static final int VERSION = 1;

    /** How many metrics follow. */
    public static final int COUNT = 4;

    /** The older sample. */
    public static final int SAMPLE_1 = 8;

    /** The newer sample. */
    public static final int SAMPLE_2 = 16;

    /** The first {@link GpmMetric}. */
    public static final int METRICS = 24;
  }
}
