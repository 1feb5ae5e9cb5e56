package dev.acceld.probe.nvidia.nvml;

/** What an NVML call answers ({@code nvmlReturn_t} of nvml.h). */
public enum NvmlReturn {
  /** Done. */
  SUCCESS(0),
  /** Not initialised, or shut down under us. */
  UNINITIALIZED(1),
  /** An argument is wrong for this GPU. */
  INVALID_ARGUMENT(2),
  /** This GPU has no such thing. */
  NOT_SUPPORTED(3),
  /** Root or a capability is missing. */
  NO_PERMISSION(4),
  /** Deprecated. */
  ALREADY_INITIALIZED(5),
  /** No such device, slot or process. */
  NOT_FOUND(6),
  /** The buffer is too small. */
  INSUFFICIENT_SIZE(7),
  /** A power cable is missing. */
  INSUFFICIENT_POWER(8),
  /** The kernel driver is not there. */
  DRIVER_NOT_LOADED(9),
  /** Nothing happened in that time. */
  TIMEOUT(10),
  /** Trouble with an interrupt. */
  IRQ_ISSUE(11),
  /** A library behind this one is missing. */
  LIBRARY_NOT_FOUND(12),
  /** The driver is too old for this call; also given for a symbol that the library lacks. */
  FUNCTION_NOT_FOUND(13),
  /** The board's configuration memory is damaged. */
  CORRUPTED_INFOROM(14),
  /** The GPU has fallen off the bus or is otherwise inaccessible. */
  GPU_IS_LOST(15),
  /** The GPU needs a reset. */
  RESET_REQUIRED(16),
  /** Blocked by the operating system. */
  OPERATING_SYSTEM(17),
  /** The library and the kernel driver are of different versions. */
  LIB_RM_VERSION_MISMATCH(18),
  /** Somebody uses the GPU. */
  IN_USE(19),
  /** Out of host memory. */
  MEMORY(20),
  /** No sample yet. */
  NO_DATA(21),
  /** No ECC under this virtual GPU. */
  VGPU_ECC_NOT_SUPPORTED(22),
  /** No capacity left. */
  INSUFFICIENT_RESOURCES(23),
  /** No such clock. */
  FREQ_NOT_SUPPORTED(24),
  /** A struct's version is unknown to this driver. */
  ARGUMENT_VERSION_MISMATCH(25),
  /** There is a successor. */
  DEPRECATED(26),
  /** Later. */
  NOT_READY(27),
  /** There is no GPU. */
  GPU_NOT_FOUND(28),
  /** Not in this mode. */
  INVALID_STATE(29),
  /** No such reset. */
  RESET_TYPE_NOT_SUPPORTED(30),
  /** An internal error, or a code that this list does not have. */
  UNKNOWN(999);

  private static final NvmlReturn[] BY_CODE = values();

  private final int code;

  NvmlReturn(int code) {
    this.code = code;
  }

  /** The number in nvml.h. */
  public int code() {
    return code;
  }

  /** True for {@link #SUCCESS}. */
  public boolean ok() {
    return this == SUCCESS;
  }

  /** True when asking again is pointless until the library is initialised anew. */
  public boolean never() {
    return switch (this) {
      case NOT_SUPPORTED,
          FUNCTION_NOT_FOUND,
          ARGUMENT_VERSION_MISMATCH,
          VGPU_ECC_NOT_SUPPORTED,
          DEPRECATED ->
          true;
      default -> false;
    };
  }

  /** True when the library as a whole must be closed and loaded anew. */
  public boolean stale() {
    return switch (this) {
      case UNINITIALIZED, DRIVER_NOT_LOADED, LIB_RM_VERSION_MISMATCH -> true;
      default -> false;
    };
  }

  /** The one with that number; {@link #UNKNOWN} for a number that nvml.h 13 does not have. */
  public static NvmlReturn of(int code) {
    return code >= 0 && code < BY_CODE.length - 1 ? BY_CODE[code] : UNKNOWN;
  }
}
