package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a container needs for a set of TPU chips. Writing a variable is not harmless: it replaces
 * the one that the pod or a webhook has set. So each is written only when it follows from the set.
 *
 * <ul>
 *   <li>{@code TPU_SKIP_MDS_QUERY}: always; libtpu must not ask the machine's metadata server,
 *       which describes the whole host.
 *   <li>{@code TPU_CHIPS_PER_HOST_BOUNDS} and its old name: the shapes that Google's driver uses
 *       for 1, 2, 4 and 8 chips. No other number has a shape known to work.
 *   <li>{@code TPU_HOST_BOUNDS} and its old name, {@code 1,1,1}: only when the set cannot be a part
 *       of something larger, that is, a part of a host, or a host of 1 or 8 chips (slices of
 *       several hosts are made of hosts with 4). Whoever runs a whole host of 4 says himself what
 *       slice it belongs to.
 *   <li>{@code TPU_ACCELERATOR_TYPE}: likewise, and only where such a type exists.
 *   <li>{@code TPU_RUNTIME_METRICS_PORTS}: 8431 upwards, as GKE's device plugin does, so that a
 *       container's libtpu serves its metrics; two ports a chip on tpu7x.
 * </ul>
 *
 * <p>Not written: {@code TPU_VISIBLE_CHIPS}, since the container holds only its own files and
 * libtpu numbers those from 0; {@code TPU_WORKER_ID} and host names, which belong to the webhook;
 * the per-process names, which belong to the application.
 */
public final class TpuAccess implements AccessPlanner {
  private static final String VFIO = "/dev/vfio/";

  /** The VFIO container node, misc device 196 (linux/miscdevice.h). */
  private static final DeviceFile VFIO_CONTAINER = DeviceFile.of(VFIO + "vfio", 10, 196);

  private static final Map<Integer, String> BOUNDS =
      Map.of(1, "1,1,1", 2, "1,2,1", 4, "2,2,1", 8, "2,4,1");

  private static final int FIRST_PORT = 8431;

  private final PciDevices pci;
  private final TpuGroups groups;

  /** With the PCI bus of that host. */
  public TpuAccess(HostFs host) {
    pci = new PciDevices(host);
    groups = new TpuGroups(host);
  }

  @Override
  public ContainerAccess plan(List<Device> devices, AccessOptions options)
      throws AccessRefusedException {
    List<TpuChip> chips = new ArrayList<>();
    for (Device device : devices) {
      if (device instanceof TpuChip chip) {
        chips.add(chip);
      }
    }
    whole(chips);
    return chips.isEmpty() ? ContainerAccess.NONE : new ContainerAccess(shared(chips), env(chips));
  }

  /** Whoever gets an IOMMU group gets all chips that are in it. */
  private void whole(List<TpuChip> chips) throws AccessRefusedException {
    Set<String> given =
        chips.stream()
            .flatMap(chip -> chip.common().pci().stream())
            .map(PciAddress::slot)
            .collect(Collectors.toSet());
    for (TpuChip chip : chips) {
      if (chip.common().files().stream().noneMatch(file -> file.path().startsWith(VFIO))) {
        continue;
      }
      Set<String> others = siblings(chip);
      others.removeAll(given);
      if (!others.isEmpty()) {
        throw new AccessRefusedException(
            chip.name()
                + " is in one IOMMU group with "
                + TpuGroups.names(others)
                + ", so a pod that gets one could use the others: request all of them in one"
                + " request, or separate the groups (ACS in the firmware)");
      }
    }
  }

  private Set<String> siblings(TpuChip chip) throws AccessRefusedException {
    List<PciFunction> own =
        chip.common().pci().stream()
            .flatMap(at ->
                pci.of(TpuGeneration.GOOGLE).stream()
                    .filter(f -> f.address().slot().equals(at.slot())))
            .toList();
    try {
      return own.isEmpty() ? new TreeSet<>() : groups.siblings(own);
    } catch (TpuFiles.UnusableChipException e) {
      throw new AccessRefusedException(chip.name() + ": " + e.getMessage());
    }
  }

  private static List<DeviceFile> shared(List<TpuChip> chips) {
    boolean vfio =
        chips.stream()
            .flatMap(chip -> chip.common().files().stream())
            .anyMatch(file -> file.path().startsWith(VFIO));
    return vfio ? List.of(VFIO_CONTAINER) : List.of();
  }

  private static Map<String, String> env(List<TpuChip> chips) {
    TpuChip first = chips.getFirst();
    TpuGeneration generation = TpuGeneration.byId(first.generation());
    Map<String, String> env = new TreeMap<>();
    env.put("TPU_SKIP_MDS_QUERY", "true");
    env.put("TPU_RUNTIME_METRICS_PORTS", ports(chips.size() * generation.functions));
    String bounds = BOUNDS.get(chips.size());
    if (bounds == null || generation == TpuGeneration.UNKNOWN) {
      return env;
    }
    env.put("TPU_CHIPS_PER_HOST_BOUNDS", bounds);
    env.put("CHIPS_PER_HOST_BOUNDS", bounds);
    if (isAlone(chips.size(), first.chipsOnHost())) {
      env.put("TPU_HOST_BOUNDS", "1,1,1");
      env.put("HOST_BOUNDS", "1,1,1");
      if (hasType(generation, chips.size())) {
        env.put("TPU_ACCELERATOR_TYPE", generation.published + "-" + chips.size());
      }
    }
    return env;
  }

  private static boolean isAlone(int chips, int chipsOnHost) {
    return chips < chipsOnHost || chipsOnHost == 1 || chipsOnHost == 8;
  }

  /** {@code v5litepod-1}, {@code -4}, {@code -8} and the same of v6e: one core a chip. */
  private static boolean hasType(TpuGeneration generation, int chips) {
    return generation.cores == 1 && chips != 2;
  }

  private static String ports(int count) {
    StringBuilder ports = new StringBuilder();
    for (int i = 0; i < count; i++) {
      ports.append(i == 0 ? "" : ",").append(FIRST_PORT + i);
    }
    return ports.toString();
  }
}
