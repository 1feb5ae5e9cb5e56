package dev.acceld.probe.nvidia.discovery;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.session.DeviceCalls;
import dev.acceld.probe.nvidia.session.DeviceHangsException;
import dev.acceld.probe.nvidia.session.NvmlCallException;
import dev.acceld.probe.nvidia.session.NvmlSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The GPUs that one session's library gives; what it does not give is told as a problem. */
final class GpuList {
  private final NvmlSession session;
  private final DeviceReaders instruments;
  private final DeviceCalls calls;
  private final Function<DeviceName, Optional<String>> uuids;
  private final List<String> problems;

  /**
   * A list to be made.
   *
   * @param uuids those of GPUs that are known already
   */
  GpuList(
      NvmlSession session,
      DeviceReaders instruments,
      DeviceCalls calls,
      Function<DeviceName, Optional<String>> uuids,
      List<String> problems) {
    this.session = session;
    this.instruments = instruments;
    this.calls = calls;
    this.uuids = uuids;
    this.problems = problems;
  }

  /** A GPU about which a call hangs is not asked who it is. */
  private String uuid(String place, Pointer pointer)
      throws NvmlCallException, DeviceHangsException {
    DeviceName name = session.owner(pointer);
    if (name != null && calls.hangs(name)) {
      Optional<String> known = uuids.apply(name);
      if (known.isPresent()) {
        return known.get();
      }
    }
    IdentityReader reader = instruments.reader();
    return calls.about(name == null ? place : name, () -> reader.uuid(pointer));
  }

  /** All of them, by UUID. */
  Map<String, ListedGpu> all() throws NvmlCallException {
    Memory out = new Memory(8);
    NvmlReturn answer = session.nvml().deviceCount(out);
    if (!answer.ok()) {
      throw new NvmlCallException(Symbol.DEVICE_COUNT.function(), answer);
    }
    int count = out.getInt(0);
    Map<String, ListedGpu> found = new LinkedHashMap<>();
    for (int index = 0; index < count; index++) {
      int at = index;
      String place = "GPU at index " + index;
      try {
        Pointer pointer = calls.about(place, () -> handle(at));
        add(found, uuid(place, pointer), index, pointer);
      } catch (DeviceHangsException e) {
        problems.add(place + ": " + e.getMessage());
      } catch (NvmlCallException e) {
        GpuScan.unlessStale(e);
        problems.add(place + ": " + e.getMessage());
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

  private Pointer handle(int index) throws NvmlCallException {
    Memory out = new Memory(8);
    NvmlReturn answer = session.nvml().deviceByIndex(index, out);
    Pointer pointer = out.getPointer(0);
    if (!answer.ok() || pointer == null) {
      throw new NvmlCallException(Symbol.DEVICE_BY_INDEX.function(), answer);
    }
    return pointer;
  }

  /** The GPUs of the bus but for those that are released: a list by index would open each. */
  Map<String, ListedGpu> but(Released released, Set<PciAddress> places) throws NvmlCallException {
    Map<String, ListedGpu> found = new LinkedHashMap<>();
    int index = 0;
    for (PciAddress address : new TreeSet<>(places)) {
      if (!released.devices().containsValue(Optional.of(address))) {
        String place = "GPU at " + address;
        try {
          Pointer pointer = calls.about(place, () -> handle(address));
          add(found, uuid(place, pointer), index, pointer);
        } catch (DeviceHangsException e) {
          problems.add(place + ": " + e.getMessage());
        } catch (NvmlCallException e) {
          GpuScan.unlessStale(e);
          problems.add(place + ": " + e.getMessage());
        }
      }
      index++;
    }
    return found;
  }

  private Pointer handle(PciAddress address) throws NvmlCallException {
    Memory out = new Memory(8);
    NvmlReturn answer = session.nvml().deviceByPci(address.toString(), out);
    if (!answer.ok()) {
      throw new NvmlCallException(Symbol.DEVICE_BY_PCI.function(), answer);
    }
    return Objects.requireNonNull(out.getPointer(0));
  }
}
