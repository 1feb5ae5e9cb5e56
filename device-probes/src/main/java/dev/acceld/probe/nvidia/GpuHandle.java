package dev.acceld.probe.nvidia;

import com.sun.jna.Pointer;
import dev.acceld.device.DeviceName;
import java.util.EnumSet;
import java.util.Set;

/** A GPU as one initialised library knows it, and what it turned out not to support. */
final class GpuHandle {
  final Pointer pointer;
  final DeviceName name;

  /** Not worth asking for until the library is initialised anew. */
  final Set<Reading> unsupported = EnumSet.noneOf(Reading.class);

  /** The same for fields: {@link Field#bit}. */
  int unsupportedFields;

  /** Sweeps in a row in which nothing was answered. */
  int fruitless;

  GpuHandle(Pointer pointer, DeviceName name) {
    this.pointer = pointer;
    this.name = name;
  }
}
