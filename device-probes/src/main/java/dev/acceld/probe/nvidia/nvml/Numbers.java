package dev.acceld.probe.nvidia.nvml;

import com.sun.jna.Pointer;

/**
 * Numbers as NVML writes them, and the one place that knows which of them are none: a driver that
 * has nothing to say, or is in trouble, answers "success" and sets all bits ({@code
 * NVML_VALUE_NOT_AVAILABLE} among them). That is absence in every width, signed or not: NaN.
 */
public final class Numbers {
  private Numbers() {}

  /** Whether all bits of a 32-bit number are set. */
  public static boolean absent(int bits) {
    return bits == -1;
  }

  /** Whether all bits of a 64-bit number are set. */
  public static boolean absent(long bits) {
    return bits == -1;
  }

  /** Unsigned, 16 bits. */
  public static double unsigned(short bits) {
    return bits == -1 ? Double.NaN : Short.toUnsignedInt(bits);
  }

  /** Unsigned, 32 bits. */
  public static double unsigned(int bits) {
    return absent(bits) ? Double.NaN : Integer.toUnsignedLong(bits);
  }

  /** Unsigned, 64 bits. */
  public static double unsigned(long bits) {
    if (absent(bits)) {
      return Double.NaN;
    }
    return bits >= 0 ? bits : (bits >>> 1) * 2.0;
  }

  /** Signed, 32 bits. */
  public static double signed(int bits) {
    return absent(bits) ? Double.NaN : bits;
  }

  /** Signed, 64 bits. */
  public static double signed(long bits) {
    return absent(bits) ? Double.NaN : bits;
  }

  /** Unsigned, 32 bits, in that memory. */
  public static double unsigned32(Pointer memory, long at) {
    return unsigned(memory.getInt(at));
  }

  /** Unsigned, 64 bits, in that memory. */
  public static double unsigned64(Pointer memory, long at) {
    return unsigned(memory.getLong(at));
  }

  /** Signed, 32 bits, in that memory. */
  public static double signed32(Pointer memory, long at) {
    return signed(memory.getInt(at));
  }
}
