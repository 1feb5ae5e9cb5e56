package dev.acceld.probe.nvidia.sampling;

import com.sun.jna.Pointer;
import dev.acceld.device.DeviceName;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.probe.nvidia.nvml.Nvml;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A GPU, or a partition of one, as one initialised library knows it, and what it turned out not to
 * support.
 */
public final class GpuHandle {
  /** NVML_NVLINK_MAX_LINKS of nvml.h 13. */
  static final int MOST_LINKS = 36;

  /** The {@code nvmlDevice_t}; it means something only to the library that gave it. */
  public final Pointer pointer;

  /** The GPU or the partition that it stands for. */
  public final DeviceName name;

  /** Not worth asking for until the library is initialised anew. */
  final Set<NvmlQuery> unsupported = EnumSet.noneOf(NvmlQuery.class);

  /** The same for fields. */
  final Set<GpuField> unsupportedFields = EnumSet.noneOf(GpuField.class);

  /** The same for fields of links. */
  final Set<LinkField> unsupportedLinkFields = EnumSet.noneOf(LinkField.class);

  /** What is asked for in one call. */
  final FieldBatch fields = new FieldBatch(GpuField.ALL.length);

  /** The same for the links; null until there are any. */
  @Nullable FieldBatch linkFields;

  /** How fast they are, where the GPU itself does not tell. */
  final LinkRates linkRates = new LinkRates();

  /** How many NVLinks it has. */
  int links;

  /** Null until it is known to have GPM. */
  GpmSampler.@Nullable Samples gpm;

  /** What was read when all was read, and when; meaningless until the first time. */
  Sample slow = Sample.EMPTY;

  boolean slowRead;
  long slowReadAt;

  /** What was read of its processes. */
  final ProcessSampler.Known processes = new ProcessSampler.Known();

  /** Whether its XIDs are heard. */
  public boolean heard;

  /** Samples in a row in which nothing was answered. */
  int fruitless;

  /** The GPU that it is a partition of; null for a whole one. */
  final @Nullable GpuHandle whole;

  /** The GPU instance of a partition. */
  final int instance;

  /** The partitions that are read. */
  final Map<MigDevice.Instance, GpuHandle> parts = new HashMap<>();

  /** A whole GPU that is taken to support everything, until it answers otherwise. */
  public GpuHandle(Pointer pointer, DeviceName name) {
    this(pointer, name, null, 0);
  }

  private GpuHandle(Pointer pointer, DeviceName name, @Nullable GpuHandle whole, int instance) {
    this.pointer = pointer;
    this.name = name;
    this.whole = whole;
    this.instance = instance;
  }

  /** One of its partitions. */
  GpuHandle part(Pointer handle, DeviceName of, int gpuInstance) {
    return new GpuHandle(handle, of, this, gpuInstance);
  }

  /** True when a function has to stand in for a field. */
  boolean without(GpuField field) {
    return unsupportedFields.contains(field) || unsupported.contains(NvmlQuery.FIELDS);
  }

  /** Gives back what the library keeps for it. */
  public void release(Nvml nvml) {
    if (gpm != null) {
      gpm.free(nvml);
      gpm = null;
    }
    parts.values().forEach(part -> part.release(nvml));
    parts.clear();
  }
}
