package dev.acceld.machine.tree;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.DrmModel;
import dev.acceld.machine.description.DrmPlace;
import dev.acceld.machine.description.GpuModel;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineDescription.AmdGpus;
import dev.acceld.machine.description.MachineDescription.Function;
import dev.acceld.machine.description.MachineDescription.GpuPlace;
import dev.acceld.machine.description.MachineDescription.Gpus;
import dev.acceld.machine.description.MachineDescription.IntelGpus;
import dev.acceld.machine.description.MachineDescription.TpuFiles;
import dev.acceld.machine.description.MachineDescription.TpuPlace;
import dev.acceld.machine.description.MachineDescription.Tpus;
import dev.acceld.machine.description.PciId;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import dev.acceld.machine.tree.Sysfs.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A description laid out flat: every device with its PCI functions.
 *
 * @param gpus NVIDIA's, in the order of the description
 * @param drms AMD's, then Intel's, in the order of the description
 * @param tpus in the order of the description
 * @param others functions that are no accelerators
 */
public record Hardware(List<Gpu> gpus, List<Drm> drms, List<Tpu> tpus, List<PciFunction> others) {
  private static final PciId NVIDIA = new PciId(0x10de);
  private static final PciId AMD = new PciId(0x1002);
  private static final PciId INTEL = new PciId(0x8086);
  private static final PciId GOOGLE = new PciId(0x1ae0);
  private static final PciId NONE = new PciId(0);

  /** Made up: what links TPUs have is not public. */
  private static final int TPU_GENERATION = 4;

  private static final int TPU_LANES = 16;

  /** One GPU. */
  public record Gpu(SimulatedDevice device, GpuModel model, GpuPlace place, PciFunction function) {}

  /**
   * One AMD or Intel GPU.
   *
   * @param index its place among all of these
   */
  public record Drm(
      SimulatedDevice device, int index, DrmModel model, DrmPlace place, PciFunction function) {}

  /** One TPU chip. */
  public record Tpu(
      SimulatedDevice device,
      TpuFiles files,
      @Nullable Integer accel,
      List<PciFunction> functions) {}

  public static Hardware of(MachineDescription machine) {
    List<Gpu> gpus = new ArrayList<>();
    List<String> uuids = Identities.gpuUuids(machine);
    for (Gpus group : machine.gpus()) {
      for (GpuPlace place : group.at()) {
        gpus.add(gpu(group.model(), place, gpus.size(), uuids.get(gpus.size())));
      }
    }
    List<Drm> drms = new ArrayList<>();
    for (AmdGpus group : machine.amdGpus()) {
      for (DrmPlace place : group.at()) {
        drms.add(drm(machine, Kind.AMD, group.model(), place, drms.size(), drms.size()));
      }
    }
    int amds = drms.size();
    for (IntelGpus group : machine.intelGpus()) {
      for (DrmPlace place : group.at()) {
        drms.add(drm(machine, Kind.INTEL, group.model(), place, drms.size() - amds, drms.size()));
      }
    }
    List<Tpu> tpus = new ArrayList<>();
    for (Tpus group : machine.tpus()) {
      for (TpuPlace place : group.at()) {
        tpus.add(tpu(group, place, tpus.size()));
      }
    }
    List<PciFunction> others = new ArrayList<>();
    for (Function f : machine.others()) {
      others.add(
          new PciFunction(
              f.pci(),
              f.under(),
              f.vendor(),
              f.device(),
              f.vendor(),
              NONE,
              f.pciClass(),
              f.numa(),
              f.iommuGroup(),
              f.driver(),
              4,
              8));
    }
    return new Hardware(
        List.copyOf(gpus), List.copyOf(drms), List.copyOf(tpus), List.copyOf(others));
  }

  /** All accelerators, GPUs first. */
  public List<SimulatedDevice> devices() {
    List<SimulatedDevice> devices = new ArrayList<>();
    gpus.forEach(g -> devices.add(g.device()));
    drms.forEach(d -> devices.add(d.device()));
    tpus.forEach(t -> devices.add(t.device()));
    return devices;
  }

  /** An AMD or Intel GPU. */
  public Optional<Drm> drm(SimulatedDevice device) {
    return drms.stream().filter(d -> d.device().equals(device)).findFirst();
  }

  /** The function that has the PCIe link of a device. */
  public PciFunction firstFunction(SimulatedDevice device) {
    return switch (device.kind()) {
      case GPU -> gpus.get(device.position()).function();
      case TPU -> tpus.get(device.position()).functions().getFirst();
      case AMD, INTEL -> drm(device).orElseThrow().function();
    };
  }

  private static Drm drm(
      MachineDescription machine,
      Kind kind,
      DrmModel model,
      DrmPlace place,
      int position,
      int index) {
    PciId vendor = model instanceof AmdModel ? AMD : INTEL;
    return new Drm(
        new SimulatedDevice(
            kind.name().toLowerCase(Locale.ROOT) + "-" + position,
            kind,
            position,
            model.name(),
            kind == Kind.AMD ? Identities.hex(machine, "amd/" + position, 16) : "",
            List.of(place.pci())),
        index,
        model,
        place,
        new PciFunction(
            place.pci(),
            place.under(),
            vendor,
            model.device(),
            vendor,
            model.subsystem(),
            model.pciClass(),
            place.numa(),
            place.iommuGroup(),
            model.driverName(),
            model.pcieGeneration(),
            model.pcieWidth()));
  }

  private static Gpu gpu(GpuModel model, GpuPlace place, int position, String uuid) {
    return new Gpu(
        new SimulatedDevice(
            "gpu-" + position, Kind.GPU, position, model.name(), uuid, List.of(place.pci())),
        model,
        place,
        new PciFunction(
            place.pci(),
            place.under(),
            NVIDIA,
            model.device(),
            NVIDIA,
            model.subsystem(),
            model.pciClass(),
            place.numa(),
            place.iommuGroup(),
            "nvidia",
            model.pcieGeneration(),
            model.pcieWidth()));
  }

  private static Tpu tpu(Tpus group, TpuPlace place, int position) {
    List<PciFunction> functions = new ArrayList<>();
    for (int f = 0; f < place.iommuGroups().size(); f++) {
      functions.add(
          new PciFunction(
              place.slot() + "." + f,
              place.under(),
              GOOGLE,
              group.model().device(),
              GOOGLE,
              group.model().subsystem(),
              group.model().pciClass(),
              place.numa(),
              place.iommuGroups().get(f),
              group.model().driver(),
              TPU_GENERATION,
              TPU_LANES));
    }
    return new Tpu(
        new SimulatedDevice(
            "tpu-" + position,
            Kind.TPU,
            position,
            "TPU " + group.model().generation(),
            "",
            functions.stream().map(PciFunction::address).toList()),
        group.model().files(),
        place.accel(),
        List.copyOf(functions));
  }
}
