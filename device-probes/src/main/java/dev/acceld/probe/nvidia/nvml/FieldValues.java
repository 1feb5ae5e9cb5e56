package dev.acceld.probe.nvidia.nvml;

import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An array of {@code nvmlFieldValue_t}, allocated once and used again for every call. Belongs to
 * one thread.
 */
public final class FieldValues {
  private final Memory memory;

  /** The same memory; reading it takes no call into JNA. */
  private final ByteBuffer values;

  private int count;

  /** Room for so many. */
  public FieldValues(int capacity) {
    memory = new Memory((long) capacity * Layout.FieldValue.SIZE);
    values = memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
  }

  /** Forgets all. */
  public void clear() {
    count = 0;
  }

  /**
   * Asks for one more field.
   *
   * @param scope which part of the GPU: 0 for the whole, or a link
   */
  public void add(int fieldId, int scope) {
    int at = at(count);
    for (int i = 0; i < Layout.FieldValue.SIZE; i += Long.BYTES) {
      values.putLong(at + i, 0);
    }
    values.putInt(at + Layout.FieldValue.FIELD_ID, fieldId);
    values.putInt(at + Layout.FieldValue.SCOPE_ID, scope);
    unanswered(at);
    count++;
  }

  /** Makes the same question ready to be asked again. */
  public void again() {
    for (int i = 0; i < count; i++) {
      unanswered(at(i));
    }
  }

  /** Should the library write nothing here, the field must not look like an answer. */
  private void unanswered(int at) {
    values.putInt(at + Layout.FieldValue.RETURN, NvmlReturn.UNKNOWN.code());
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
    return values.getInt(at(i) + Layout.FieldValue.FIELD_ID);
  }

  /** How this one field fared; the call as a whole succeeds all the same. */
  public NvmlReturn status(int i) {
    return NvmlReturn.of(values.getInt(at(i) + Layout.FieldValue.RETURN));
  }

  /** The value; NaN for {@link Numbers absence}, and for a type that nvml.h 13 does not have. */
  public double value(int i) {
    int value = at(i) + Layout.FieldValue.VALUE;
    return switch (values.getInt(at(i) + Layout.FieldValue.VALUE_TYPE)) {
      case 0 -> values.getDouble(value);
      case 1 -> Numbers.unsigned(values.getInt(value));
      case 2, 3 -> Numbers.unsigned(values.getLong(value));
      case 4 -> Numbers.signed(values.getLong(value));
      case 5 -> Numbers.signed(values.getInt(value));
      case 6 -> Numbers.unsigned(values.getShort(value));
      default -> Double.NaN;
    };
  }

  private static int at(int i) {
    return i * Layout.FieldValue.SIZE;
  }
}
