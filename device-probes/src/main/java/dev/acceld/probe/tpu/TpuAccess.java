package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.TpuChip;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.tpu.slice.PodWorker;
import dev.acceld.probe.tpu.slice.SliceSettings;
import dev.acceld.probe.tpu.slice.TpuConfigKind;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.LogPlace;
import dev.acceld.vendor.PodFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a container needs for a set of TPU chips. Writing a variable is not harmless: it replaces
 * the one that the pod or a webhook has set. So each is written only when it follows from the set.
 *
 * <ul>
 *   <li>{@code TPU_SKIP_MDS_QUERY}: always; libtpu must not ask the machine's metadata server,
 *       which describes the whole host.
 *   <li>{@code TPU_CHIPS_PER_HOST_BOUNDS} and its old name: the block that the chips are.
 *   <li>{@code TPU_HOST_BOUNDS} and its old name, {@code 1,1,1}: only when the set cannot be a part
 *       of something larger, that is, a part of a host, or a host that is its slice ({@link
 *       TpuHost}). Whoever runs a host of a larger slice says himself what slice it belongs to.
 *   <li>{@code TPU_ACCELERATOR_TYPE}: likewise, and only where such a type exists; of v4 always,
 *       since libtpu takes the two cores of a v4 chip for one device only when there is a type, and
 *       otherwise for two.
 *   <li>{@code TPU_RUNTIME_METRICS_PORTS}: 8431 upwards, as GKE's device plugin does, so that a
 *       container's libtpu serves its metrics; two ports a chip on tpu7x.
 * </ul>
 *
 * <p>Not written: {@code TPU_VISIBLE_CHIPS}, since the container holds only its own files and
 * libtpu numbers those from 0; {@code TPU_LOG_DIR}, since logs are mounted where libtpu writes them
 * anyway; {@code TPU_WORKER_ID} and host names, which belong to the webhook; the per-process names,
 * which belong to the application. A claim with a {@code TpuConfig} asks for all that a worker of a
 * slice needs ({@link TpuSlices}), and only then is it written.
 */
public final class TpuAccess implements AccessPlanner {
  private static final String PORTS = "TPU_RUNTIME_METRICS_PORTS";
  private static final String VFIO = "/dev/vfio/";

  /** The VFIO container node, misc device 196 (linux/miscdevice.h). */
  private static final DeviceFile VFIO_CONTAINER = DeviceFile.of(VFIO + "vfio", 10, 196);

  private final TpuUnits units;
  private final TpuBlocks blocks;
  private final TpuSlices slices;
  private final List<LogPlace> logs;

  TpuAccess(HostFs fs, TpuHost host) {
    this(fs, host, Optional.empty());
  }

  /** With a directory for the logs that libtpu writes. */
  TpuAccess(HostFs fs, TpuHost host, Optional<LogPlace> logs) {
    this.logs = logs.stream().toList();
    units = new TpuUnits(fs);
    blocks = new TpuBlocks(host);
    slices = new TpuSlices(blocks);
  }

  @Override
  public ContainerAccess plan(List<Device> devices, AccessOptions options)
      throws AccessRefusedException {
    List<TpuChip> chips = chips(devices);
    if (chips.isEmpty()) {
      return ContainerAccess.NONE;
    }
    units.check(chips);
    Map<String, String> env = env(chips, blocks.find(chips));
    Optional<SliceSettings> slice = SliceSettings.of(options);
    if (slice.isPresent()) {
      env.putAll(slices.env(chips, slice.get()));
    }
    return new ContainerAccess(shared(chips), env);
  }

  @Override
  public List<ConfigKind> configKinds() {
    return List.of(new TpuConfigKind());
  }

  @Override
  public AccessOptions complete(List<Device> devices, AccessOptions options, PodFacts pod)
      throws AccessRefusedException {
    List<TpuChip> chips = chips(devices);
    Optional<SliceSettings> slice = SliceSettings.of(options);
    if (chips.isEmpty() || slice.isEmpty()) {
      return options;
    }
    slices.check(chips, slice.get());
    return options.with(PodWorker.complete(slice.get(), pod).texts());
  }

  @Override
  public void checkTogether(List<Device> devices) throws AccessRefusedException {
    List<TpuChip> chips = chips(devices);
    if (!chips.isEmpty()) {
      blocks.of(chips);
    }
  }

  @Override
  public List<LogPlace> logPlaces() {
    return logs;
  }

  @Override
  public Set<String> podWide() {
    return Set.of(PORTS);
  }

  /** Each chip once, that of a block too. */
  private static List<TpuChip> chips(List<Device> devices) {
    return devices.stream()
        .flatMap(device -> device.members().stream())
        .filter(TpuChip.class::isInstance)
        .map(TpuChip.class::cast)
        .collect(Collectors.toMap(TpuChip::name, chip -> chip, (a, b) -> a, LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  private static List<DeviceFile> shared(List<TpuChip> chips) {
    boolean vfio =
        chips.stream()
            .flatMap(chip -> chip.common().files().stream())
            .anyMatch(file -> file.path().startsWith(VFIO));
    return vfio ? List.of(VFIO_CONTAINER) : List.of();
  }

  private static Map<String, String> env(List<TpuChip> chips, Optional<TpuBlocks.Block> block) {
    TpuGeneration generation = TpuGeneration.byId(chips.getFirst().generation());
    Map<String, String> env = new TreeMap<>();
    env.put("TPU_SKIP_MDS_QUERY", "true");
    env.put(
        PORTS,
        generation
            .metricsPorts(chips.size())
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(",")));
    if (block.isEmpty()) {
      return env;
    }
    String bounds = block.get().shape().bounds();
    env.put("TPU_CHIPS_PER_HOST_BOUNDS", bounds);
    env.put("CHIPS_PER_HOST_BOUNDS", bounds);
    if (block.get().alone()) {
      env.put("TPU_HOST_BOUNDS", "1,1,1");
      env.put("HOST_BOUNDS", "1,1,1");
      type(generation, chips.size()).ifPresent(type -> env.put("TPU_ACCELERATOR_TYPE", type));
    }
    return env;
  }

  /**
   * The type of a slice with that many chips, if there is one. The number counts TensorCores:
   * {@code v5litepod-4} and {@code v4-8} have four chips. Nobody can order a {@code v4-2}, but
   * libtpu 0.0.52 takes it.
   */
  private static Optional<String> type(TpuGeneration generation, int chips) {
    int cores = generation.specs.tensorCores();
    boolean exists =
        generation == TpuGeneration.V4
            || (cores == 1 ? chips == 1 || chips == 4 || chips == 8 : cores > 1 && chips == 4);
    return exists ? Optional.of(generation.published + "-" + chips * cores) : Optional.empty();
  }
}
