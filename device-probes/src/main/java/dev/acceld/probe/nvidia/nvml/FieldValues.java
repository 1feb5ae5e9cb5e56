package dev.acceld.probe.nvidia.nvml;

import com.sun.jna.Memory;

/**
 * An array of {@code nvmlFieldValue_t}, allocated once and used again for every call. Belongs to
 * one thread.
 */
public final class FieldValues {
  private final Memory memory;
  private int count;

  /** Room for so many. */
  public FieldValues(int capacity) {
    memory = new Memory((long) capacity * Layout.FieldValue.SIZE);
  }

  /** Forgets all. */
  public void clear() {
    count = 0;
  }

  /** Asks for one more field, of the whole GPU. */
  public void add(int fieldId) {
    long at = (long) count * Layout.FieldValue.SIZE;
    memory.setMemory(at, Layout.FieldValue.SIZE, (byte) 0);
    memory.setInt(at + Layout.FieldValue.FIELD_ID, fieldId);
    // Should the library write nothing here, the field must not look like an answer.
    memory.setInt(at + Layout.FieldValue.RETURN, NvmlReturn.UNKNOWN.code());
    count++;
  }

  /** How many were asked for. */
  public int count() {
    return count;
  }

  Memory memory() {
    return memory;
  }

  /** The id at that position. */
  public int id(int i) {
    return memory.getInt(at(i) + Layout.FieldValue.FIELD_ID);
  }

  /** How this one field fared; the call as a whole succeeds all the same. */
  public NvmlReturn status(int i) {
    return NvmlReturn.of(memory.getInt(at(i) + Layout.FieldValue.RETURN));
  }

  /** The value; NaN for a type that nvml.h 13 does not have. */
  public double value(int i) {
    long value = at(i) + Layout.FieldValue.VALUE;
    return switch (memory.getInt(at(i) + Layout.FieldValue.VALUE_TYPE)) {
      case 0 -> memory.getDouble(value);
      case 1 -> Integer.toUnsignedLong(memory.getInt(value));
      case 2, 3 -> unsigned(memory.getLong(value));
      case 4 -> memory.getLong(value);
      case 5 -> memory.getInt(value);
      case 6 -> Short.toUnsignedInt(memory.getShort(value));
      default -> Double.NaN;
    };
  }

  /** An unsigned 64-bit number as a double. */
  public static double unsigned(long bits) {
    return bits >= 0 ? bits : (bits >>> 1) * 2.0;
  }

  private static long at(int i) {
    return (long) i * Layout.FieldValue.SIZE;
  }
}
