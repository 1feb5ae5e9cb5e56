package dev.acceld.probe.nvidia;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The GPUs that one session's library gives; what it does not give is told as a problem. */
final class GpuList {
  private final NvmlSession session;
  private final IdentityReader reader;
  private final List<String> problems;
  private final Memory out = new Memory(8);

  GpuList(NvmlSession session, IdentityReader reader, List<String> problems) {
    this.session = session;
    this.reader = reader;
    this.problems = problems;
  }

  /** All of them, by UUID. */
  Map<String, ListedGpu> all() throws CallFailed {
    NvmlReturn answer = session.nvml().deviceCount(out);
    if (!answer.ok()) {
      throw new CallFailed(Symbol.DEVICE_COUNT.function(), answer);
    }
    int count = out.getInt(0);
    Map<String, ListedGpu> found = new LinkedHashMap<>();
    for (int index = 0; index < count; index++) {
      try {
        Pointer pointer = handle(index);
        add(found, reader.uuid(pointer), index, pointer);
      } catch (CallFailed e) {
        GpuScan.unlessStale(e);
        problems.add("GPU at index " + index + ": " + e.getMessage());
      }
    }
    return found;
  }

  private void add(Map<String, ListedGpu> found, String uuid, int index, Pointer pointer) {
    if (!DeviceNames.usable(uuid)) {
      problems.add("GPU at index " + index + ": its UUID '" + uuid + "' is malformed");
    } else if (found.putIfAbsent(uuid, new ListedGpu(index, pointer)) != null) {
      problems.add("GPU at index " + index + ": its UUID " + uuid + " is another GPU's, too");
    }
  }

  private Pointer handle(int index) throws CallFailed {
    NvmlReturn answer = session.nvml().deviceByIndex(index, out);
    Pointer pointer = out.getPointer(0);
    if (!answer.ok() || pointer == null) {
      throw new CallFailed(Symbol.DEVICE_BY_INDEX.function(), answer);
    }
    return pointer;
  }

  /** The GPUs of the bus but for those that are released: a list by index would open each. */
  Map<String, ListedGpu> but(Released released, Set<PciAddress> places) throws CallFailed {
    Map<String, ListedGpu> found = new LinkedHashMap<>();
    int index = 0;
    for (PciAddress address : new TreeSet<>(places)) {
      if (!released.devices().containsValue(Optional.of(address))) {
        try {
          NvmlReturn answer = session.nvml().deviceByPci(address.toString(), out);
          if (!answer.ok()) {
            throw new CallFailed(Symbol.DEVICE_BY_PCI.function(), answer);
          }
          Pointer pointer = Objects.requireNonNull(out.getPointer(0));
          add(found, reader.uuid(pointer), index, pointer);
        } catch (CallFailed e) {
          GpuScan.unlessStale(e);
          problems.add("GPU at " + address + ": " + e.getMessage());
        }
      }
      index++;
    }
    return found;
  }
}
