package dev.acceld.probe.nvidia.mig;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.MigLayout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Asks NVML about the partitions of one GPU. Not for two threads at once. */
final class MigReader {
  /** {@code NVML_GPU_INSTANCE_PROFILE_COUNT}. */
  private static final int PROFILES = 0x12;

  /** {@code NVML_GPU_INSTANCE_PROFILE_1_SLICE_REV1}: the one with media engines. */
  private static final int ONE_SLICE_MEDIA = 7;

  /** {@code NVML_COMPUTE_INSTANCE_PROFILE_*} up to 6, the plain ones. */
  private static final int COMPUTE_PROFILES = 7;

  private static final int MOST_PLACEMENTS = 32;
  private static final int MOST_INSTANCES = 16;
  private static final int NAME = 96;

  private final Nvml nvml;
  private final boolean strict;
  private final Memory out = new Memory(Layout.room(MigLayout.GpuInstanceProfileV2.SIZE));
  private final Memory second = new Memory(8);
  private final Memory list =
      new Memory((long) MOST_PLACEMENTS * MigLayout.Placement.SIZE); // or as many handles

  MigReader(Nvml nvml) {
    this(nvml, false);
  }

  /**
   * Asks through that library.
   *
   * @param strict whether instances that the driver will not list are an error; otherwise there are
   *     none. Whoever makes or unmakes partitions must know
   */
  MigReader(Nvml nvml, boolean strict) {
    this.nvml = nvml;
    this.strict = strict;
  }

  /** Whether MIG mode is on, and whether it will be after a reset; empty for a GPU without it. */
  Optional<MigMode> mode(Pointer gpu) throws MigCallException {
    NvmlReturn answer = nvml.get(Symbol.MIG_MODE, gpu, out, second);
    if (answer.never()) {
      return Optional.empty();
    }
    check(Symbol.MIG_MODE, answer);
    return Optional.of(new MigMode(out.getInt(0) == 1, second.getInt(0) == 1));
  }

  /** Every kind of partition that this GPU can have; none that the driver does not tell. */
  List<MigProfile> profiles(Pointer gpu) throws MigCallException {
    List<MigProfile> profiles = new ArrayList<>();
    for (int kind = 0; kind < PROFILES; kind++) {
      Optional<MigProfile> profile = profile(gpu, kind);
      if (profile.isPresent()) {
        profiles.add(placed(gpu, profile.get()));
      }
    }
    return profiles;
  }

  private Optional<MigProfile> profile(Pointer gpu, int kind) throws MigCallException {
    out.clear();
    out.setInt(0, MigLayout.GpuInstanceProfileV2.VERSION);
    NvmlReturn named = nvml.get(Symbol.GPU_INSTANCE_PROFILE_V, gpu, kind, out);
    if (named.ok()) {
      String name = Nvml.string(out, MigLayout.GpuInstanceProfileV2.NAME, NAME);
      return Optional.of(
          profile(
              MigLayout.GpuInstanceProfileV2.ID,
              MigLayout.GpuInstanceProfileV2.SLICES,
              MigLayout.GpuInstanceProfileV2.MULTIPROCESSORS,
              MigLayout.GpuInstanceProfileV2.MEMORY,
              name.startsWith("MIG ") ? name.substring(4) : name,
              kind));
    }
    if (named == NvmlReturn.NOT_SUPPORTED || named == NvmlReturn.INVALID_ARGUMENT) {
      return Optional.empty(); // this GPU has no such kind
    }
    NvmlReturn plain = nvml.get(Symbol.GPU_INSTANCE_PROFILE, gpu, kind, out);
    if (plain.never() || plain == NvmlReturn.INVALID_ARGUMENT) {
      return Optional.empty();
    }
    check(Symbol.GPU_INSTANCE_PROFILE, plain);
    return Optional.of(
        profile(
            MigLayout.GpuInstanceProfile.ID,
            MigLayout.GpuInstanceProfile.SLICES,
            MigLayout.GpuInstanceProfile.MULTIPROCESSORS,
            MigLayout.GpuInstanceProfile.MEMORY,
            "",
            kind));
  }

  private MigProfile profile(
      int id, int slicesAt, int enginesAt, int memoryAt, String name, int kind) {
    int slices = out.getInt(slicesAt);
    long mebibytes = out.getLong(memoryAt);
    List<Integer> engines = new ArrayList<>();
    for (MigProfile.Engine engine : MigProfile.Engine.values()) {
      engines.add(out.getInt(enginesAt + 4L * engine.ordinal()));
    }
    return new MigProfile(
        out.getInt(id),
        name.isEmpty() ? name(slices, mebibytes, kind) : name,
        slices,
        out.getInt(slicesAt + 4),
        engines,
        mebibytes,
        List.of(),
        0);
  }

  /** As nvidia-smi makes it; an old driver does not tell. */
  private static String name(int slices, long mebibytes, int kind) {
    return String.format(
        Locale.ROOT,
        "%dg.%dgb%s",
        slices,
        (mebibytes + 1023) / 1024,
        kind == ONE_SLICE_MEDIA ? "+me" : "");
  }

  private MigProfile placed(Pointer gpu, MigProfile profile) throws MigCallException {
    second.setInt(0, MOST_PLACEMENTS);
    NvmlReturn answer = nvml.get(Symbol.PLACEMENTS, gpu, profile.id(), list, second);
    if (answer.never()) {
      return profile;
    }
    check(Symbol.PLACEMENTS, answer);
    List<Integer> starts = new ArrayList<>();
    int count = Math.min(second.getInt(0), MOST_PLACEMENTS);
    int size = 0;
    for (int i = 0; i < count; i++) {
      long at = (long) i * MigLayout.Placement.SIZE;
      starts.add(list.getInt(at + MigLayout.Placement.START));
      size = list.getInt(at + MigLayout.Placement.LENGTH);
    }
    return new MigProfile(
        profile.id(),
        profile.name(),
        profile.slices(),
        profile.instances(),
        profile.engines(),
        profile.memoryMiB(),
        starts,
        size);
  }

  /** All instances on a GPU that is in MIG mode, by their place. */
  List<MigInstance> instances(Pointer gpu, List<MigProfile> profiles) throws MigCallException {
    Map<String, String> uuids = null;
    List<MigInstance> instances = new ArrayList<>();
    for (MigProfile profile : profiles) {
      for (Pointer handle : handles(Symbol.GPU_INSTANCES, gpu, profile.id())) {
        uuids = uuids == null ? uuids(gpu) : uuids;
        check(Symbol.GPU_INSTANCE_INFO, nvml.get(Symbol.GPU_INSTANCE_INFO, handle, out));
        int id = out.getInt(MigLayout.GpuInstance.ID);
        int start = out.getInt(MigLayout.GpuInstance.PLACEMENT + MigLayout.Placement.START);
        instances.add(new MigInstance(handle, id, profile, start, computes(handle, id, uuids)));
      }
    }
    instances.sort((a, b) -> Integer.compare(a.start(), b.start()));
    return instances;
  }

  private List<MigInstance.Compute> computes(Pointer instance, int id, Map<String, String> uuids)
      throws MigCallException {
    List<MigInstance.Compute> computes = new ArrayList<>();
    for (int kind = 0; kind < COMPUTE_PROFILES; kind++) {
      NvmlReturn answer = nvml.get(Symbol.COMPUTE_INSTANCE_PROFILE, instance, kind, 0, out);
      if (answer.never() || answer == NvmlReturn.INVALID_ARGUMENT) {
        continue; // too wide for this one
      }
      check(Symbol.COMPUTE_INSTANCE_PROFILE, answer);
      int profile = out.getInt(MigLayout.ComputeInstanceProfile.ID);
      int slices = out.getInt(MigLayout.ComputeInstanceProfile.SLICES);
      for (Pointer handle : handles(Symbol.COMPUTE_INSTANCES, instance, profile)) {
        check(Symbol.COMPUTE_INSTANCE_INFO, nvml.get(Symbol.COMPUTE_INSTANCE_INFO, handle, out));
        int compute = out.getInt(MigLayout.ComputeInstance.ID);
        String uuid = uuids.getOrDefault(id + "/" + compute, "");
        computes.add(new MigInstance.Compute(handle, compute, slices, uuid));
      }
    }
    return computes;
  }

  /** The id of the compute instance that takes the whole of a GPU instance. */
  int wholeComputeProfile(Pointer instance, int slices) throws MigCallException {
    for (int kind = 0; kind < COMPUTE_PROFILES; kind++) {
      NvmlReturn answer = nvml.get(Symbol.COMPUTE_INSTANCE_PROFILE, instance, kind, 0, out);
      if (answer.ok() && out.getInt(MigLayout.ComputeInstanceProfile.SLICES) == slices) {
        return out.getInt(MigLayout.ComputeInstanceProfile.ID);
      }
    }
    throw new MigCallException(Symbol.COMPUTE_INSTANCE_PROFILE, NvmlReturn.NOT_SUPPORTED);
  }

  /** UUIDs of the MIG devices by GPU and compute instance. */
  private Map<String, String> uuids(Pointer gpu) throws MigCallException {
    Map<String, String> uuids = new HashMap<>();
    check(Symbol.MAX_MIG_DEVICES, nvml.get(Symbol.MAX_MIG_DEVICES, gpu, out));
    int most = out.getInt(0);
    Memory text = new Memory(NAME);
    for (int index = 0; index < most; index++) {
      NvmlReturn answer = nvml.get(Symbol.MIG_DEVICE_BY_INDEX, gpu, index, out);
      if (answer == NvmlReturn.NOT_FOUND) {
        continue; // places may be empty between others
      }
      check(Symbol.MIG_DEVICE_BY_INDEX, answer);
      Pointer mig = out.getPointer(0);
      check(Symbol.GPU_INSTANCE_ID, nvml.get(Symbol.GPU_INSTANCE_ID, mig, out));
      check(Symbol.COMPUTE_INSTANCE_ID, nvml.get(Symbol.COMPUTE_INSTANCE_ID, mig, second));
      check(Symbol.UUID, nvml.text(Symbol.UUID, mig, text));
      uuids.put(out.getInt(0) + "/" + second.getInt(0), Nvml.string(text, 0, NAME));
    }
    return uuids;
  }

  /** Handles of the MIG devices that are of a GPU instance. */
  List<Pointer> handles(Pointer gpu, int instance) throws MigCallException {
    List<Pointer> handles = new ArrayList<>();
    check(Symbol.MAX_MIG_DEVICES, nvml.get(Symbol.MAX_MIG_DEVICES, gpu, out));
    int most = out.getInt(0);
    for (int index = 0; index < most; index++) {
      NvmlReturn answer = nvml.get(Symbol.MIG_DEVICE_BY_INDEX, gpu, index, out);
      if (answer == NvmlReturn.NOT_FOUND) {
        continue; // places may be empty between others
      }
      check(Symbol.MIG_DEVICE_BY_INDEX, answer);
      Pointer mig = out.getPointer(0);
      check(Symbol.GPU_INSTANCE_ID, nvml.get(Symbol.GPU_INSTANCE_ID, mig, out));
      if (out.getInt(0) == instance) {
        handles.add(mig);
      }
    }
    return handles;
  }

  private List<Pointer> handles(Symbol symbol, Pointer of, int profile) throws MigCallException {
    second.setInt(0, MOST_INSTANCES);
    NvmlReturn answer = nvml.get(symbol, of, profile, list, second);
    if (answer.never() && !strict) {
      return List.of();
    }
    check(symbol, answer);
    List<Pointer> handles = new ArrayList<>();
    for (int i = 0; i < Math.min(second.getInt(0), MOST_INSTANCES); i++) {
      handles.add(list.getPointer((long) i * Native.POINTER_SIZE));
    }
    return handles;
  }

  static void check(Symbol symbol, NvmlReturn answer) throws MigCallException {
    if (!answer.ok()) {
      throw new MigCallException(symbol, answer);
    }
  }
}
