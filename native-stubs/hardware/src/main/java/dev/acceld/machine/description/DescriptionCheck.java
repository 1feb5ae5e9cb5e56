package dev.acceld.machine.description;

import dev.acceld.machine.description.MachineDescription.Function;
import dev.acceld.machine.description.MachineDescription.GpuPlace;
import dev.acceld.machine.description.MachineDescription.NumaNode;
import dev.acceld.machine.description.MachineDescription.TpuFiles;
import dev.acceld.machine.description.MachineDescription.TpuPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What cannot be seen from one value alone. */
final class DescriptionCheck {
  private static final int MOST_GPUS = 64; // the simulated NVML has room for as many
  private static final int FIRST_RENDER = 128;

  private final MachineDescription machine;
  private final List<String> mistakes = new ArrayList<>();
  private final Map<String, String> users = new HashMap<>();
  private final Set<Integer> nodes = new HashSet<>();

  private DescriptionCheck(MachineDescription machine) {
    this.machine = machine;
  }

  static List<String> mistakes(MachineDescription machine) {
    return new DescriptionCheck(machine).check();
  }

  private List<String> check() {
    if (!machine.name().matches("[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?")) {
      mistakes.add("name: '" + machine.name() + "' must be of a-z, 0-9, '-' and '.'");
    }
    for (NumaNode node : machine.numaNodes()) {
      if (!nodes.add(node.node())) {
        mistakes.add("numaNodes: node " + node.node() + " occurs twice; number each node once");
      }
    }
    if (nodes.isEmpty()) {
      mistakes.add("numaNodes: the list is empty; every machine has a node 0");
    }
    int gpus = 0;
    for (int i = 0; i < machine.gpus().size(); i++) {
      List<GpuPlace> places = machine.gpus().get(i).at();
      gpus += places.size();
      for (int j = 0; j < places.size(); j++) {
        gpu("gpus[" + i + "].at[" + j + "]", places.get(j));
      }
    }
    if (gpus > 0 && machine.driver() == null) {
      mistakes.add("driver: is missing; a machine with GPUs needs driver.version and driver.cuda");
    }
    if (gpus > MOST_GPUS) {
      mistakes.add("gpus: " + gpus + " are too many; " + MOST_GPUS + " at most");
    }
    for (int i = 0; i < gpus; i++) { // NVIDIA's driver loads first, in order
      users.put("card number " + i, "gpus");
      users.put("render node " + (FIRST_RENDER + i), "gpus");
    }
    for (int i = 0; i < machine.amdGpus().size(); i++) {
      drm("amdGpus[" + i + "].at", machine.amdGpus().get(i).at());
    }
    amdDriver();
    for (int i = 0; i < machine.intelGpus().size(); i++) {
      drm("intelGpus[" + i + "].at", machine.intelGpus().get(i).at());
    }
    for (int i = 0; i < machine.tpus().size(); i++) {
      List<TpuPlace> places = machine.tpus().get(i).at();
      for (int j = 0; j < places.size(); j++) {
        tpu("tpus[" + i + "].at[" + j + "]", machine.tpus().get(i).model().files(), places.get(j));
      }
    }
    for (int i = 0; i < machine.others().size(); i++) {
      Function other = machine.others().get(i);
      once("others[" + i + "].pci", "PCI address", other.pci());
      numa("others[" + i + "]", other.numa());
    }
    return mistakes;
  }

  private void gpu(String where, GpuPlace place) {
    once(where + ".pci", "PCI address", place.pci());
    once(where + ".minor", "minor number", place.minor());
    once(where + ".module", "module number", place.module());
    numa(where, place.numa());
    Integer memory = place.memoryNuma();
    if (memory != null && !nodes.contains(memory)) {
      mistakes.add(where + ".memoryNuma: there is no NUMA node " + memory + " in numaNodes");
    }
  }

  private void drm(String where, List<DrmPlace> places) {
    for (int j = 0; j < places.size(); j++) {
      DrmPlace place = places.get(j);
      String at = where + "[" + j + "]";
      once(at + ".pci", "PCI address", place.pci());
      once(at + ".card", "card number", place.card());
      once(at + ".render", "render node", place.render());
      numa(at, place.numa());
    }
  }

  private void amdDriver() {
    for (int i = 1; i < machine.amdGpus().size(); i++) {
      if (!Objects.equals(
          machine.amdGpus().get(i).model().driverVersion(),
          machine.amdGpus().getFirst().model().driverVersion())) {
        mistakes.add(
            "amdGpus["
                + i
                + "].model.driverVersion: a machine has one driver amdgpu; use the"
                + " version of amdGpus[0]");
      }
    }
  }

  private void tpu(String where, TpuFiles files, TpuPlace place) {
    for (int f = 0; f < place.iommuGroups().size(); f++) {
      once(where + ".slot", "PCI address", place.slot() + "." + f);
      if (files == TpuFiles.vfio) {
        once(where + ".iommuGroups", "VFIO group", place.iommuGroups().get(f));
      }
    }
    numa(where, place.numa());
    if ((place.accel() != null) != (files == TpuFiles.accel)) {
      mistakes.add(where + ".accel: set the N of /dev/accelN for chips with 'files: accel' only");
    }
    once(where + ".accel", "accel number", place.accel());
  }

  private void once(String where, String what, @Nullable Object value) {
    if (value == null) {
      return;
    }
    String before = users.putIfAbsent(what + " " + value, where);
    if (before != null) {
      mistakes.add(
          where + ": " + what + " " + value + " is used by " + before + " too; change one of them");
    }
  }

  private void numa(String where, int numa) {
    if (numa != -1 && !nodes.contains(numa)) {
      mistakes.add(
          where + ".numa: there is no NUMA node " + numa + "; add it to numaNodes, or use -1");
    }
  }
}
