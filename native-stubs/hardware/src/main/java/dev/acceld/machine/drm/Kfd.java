package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineDescription.NumaNode;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import dev.acceld.machine.tree.Identities;
import dev.acceld.machine.tree.ProcDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The topology of AMD's compute driver (drivers/gpu/drm/amd/amdkfd/kfd_topology.c): nodes for the
 * processors, then nodes for the GPUs that are there. When a GPU comes or goes, the nodes are
 * numbered anew and {@code generation_id} changes.
 */
record Kfd(FileTree tree, MachineDescription machine) {
  private static final String TOPOLOGY = ProcDevices.KFD_CLASS + "/topology";
  private static final String NODES = TOPOLOGY + "/nodes/";
  private static final int SIMDS = 4; // of a compute unit, on all CDNA GPUs
  private static final int LINK_PCIE = 2;
  private static final int LINK_XGMI = 11;

  /** The number that all GPUs of a hive have. */
  static long hive(MachineDescription machine) {
    return Long.parseUnsignedLong(Identities.hex(machine, "hive", 15), 16);
  }

  /** The driver is loaded. */
  void begin() {
    tree.write(ProcDevices.KFD_CLASS + "/dev", ProcDevices.KFD + ":0");
    tree.link("/sys/class/kfd/kfd", ProcDevices.KFD_CLASS);
    tree.directory(ProcDevices.KFD_CLASS + "/proc");
    tree.node("/dev/kfd");
  }

  /** These GPUs are there. */
  void write(List<Drm> gpus) {
    tree.remove(TOPOLOGY + "/nodes");
    List<NumaNode> cpus = machine.numaNodes().stream().filter(n -> !n.cpus().isEmpty()).toList();
    for (int i = 0; i < cpus.size(); i++) {
      cpu(i, cpus.get(i), gpusOf(cpus, i, gpus), cpus.size());
    }
    for (int i = 0; i < gpus.size(); i++) {
      gpu(cpus.size() + i, gpus.get(i), links(cpus, i, gpus));
    }
    String generation = TOPOLOGY + "/generation_id";
    int before = tree.exists(generation) ? Integer.parseInt(tree.read(generation)) : 0;
    tree.write(
        TOPOLOGY + "/system_properties",
        "platform_oem 0\nplatform_id 0\nplatform_rev 0\nnum_devices "
            + (cpus.size() + gpus.size())
            + "\ntimestamp_freq 100000000");
    tree.write(generation, Integer.toString(before + 1));
  }

  private record Link(int type, int to, int weight) {}

  private static List<Link> gpusOf(List<NumaNode> cpus, int cpu, List<Drm> gpus) {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < gpus.size(); i++) {
      if (cpuOf(cpus, gpus.get(i)) == cpu) {
        links.add(new Link(LINK_PCIE, cpus.size() + i, 20));
      }
    }
    return links;
  }

  private static List<Link> links(List<NumaNode> cpus, int gpu, List<Drm> gpus) {
    List<Link> links = new ArrayList<>();
    links.add(new Link(LINK_PCIE, cpuOf(cpus, gpus.get(gpu)), 20));
    for (int other = 0; other < gpus.size(); other++) {
      if (other != gpu && amd(gpus.get(gpu)).xgmi() && amd(gpus.get(other)).xgmi()) {
        links.add(new Link(LINK_XGMI, cpus.size() + other, 15));
      }
    }
    return links;
  }

  private static int cpuOf(List<NumaNode> cpus, Drm gpu) {
    for (int i = 0; i < cpus.size(); i++) {
      if (cpus.get(i).node() == gpu.place().numa()) {
        return i;
      }
    }
    return 0;
  }

  private void cpu(int node, NumaNode numa, List<Link> links, int cpus) {
    String dir = NODES + node;
    tree.write(dir + "/gpu_id", "0");
    tree.write(dir + "/name", "");
    KfdProperties properties = new KfdProperties();
    properties.set("cpu_cores_count", cores(numa.cpus()));
    properties.set("mem_banks_count", 1);
    properties.set("io_links_count", links.size() + (cpus > 1 ? 1 : 0));
    properties.set("max_engine_clk_ccompute", 3700);
    tree.write(dir + "/properties", properties.text());
    memory(dir, 0, numa.memoryGiB() << 30, 0, 0);
    List<Link> all = new ArrayList<>(links);
    for (int other = 0; other < cpus; other++) {
      if (other != node) {
        all.add(new Link(LINK_PCIE, other, 32));
      }
    }
    write(dir, node, all);
  }

  private void gpu(int node, Drm gpu, List<Link> links) {
    String dir = NODES + node;
    AmdModel model = amd(gpu);
    tree.write(dir + "/gpu_id", Integer.toString(id(gpu)));
    tree.write(dir + "/name", model.asic());
    KfdProperties properties = new KfdProperties();
    properties.set("simd_count", (long) SIMDS * model.computeUnits());
    properties.set("mem_banks_count", 1);
    properties.set("io_links_count", links.size());
    properties.set("simd_id_base", 0x8000_1000L);
    properties.set("max_waves_per_simd", 8);
    properties.set("lds_size_in_kb", 64);
    properties.set("num_gws", 64);
    properties.set("wave_front_size", 64);
    properties.set("array_count", 4L * model.xccs());
    properties.set("simd_arrays_per_engine", 1);
    properties.set("cu_per_simd_array", (model.computeUnits() / model.xccs() + 3) / 4);
    properties.set("simd_per_cu", SIMDS);
    properties.set("max_slots_scratch_cu", 32);
    properties.set("gfx_target_version", target(model.gfxTarget()));
    properties.set("vendor_id", gpu.function().vendor().value());
    properties.set("device_id", model.device().value());
    properties.set("location_id", location(gpu.place().pci()));
    properties.set("domain", Integer.parseInt(gpu.place().pci().substring(0, 4), 16));
    properties.set("drm_render_minor", gpu.place().render());
    properties.set("hive_id", model.xgmi() ? hive(machine) : 0);
    properties.set("num_sdma_engines", 2);
    properties.set("num_sdma_xgmi_engines", model.xgmi() ? 14 : 0);
    properties.set("num_sdma_queues_per_engine", 8);
    properties.set("num_cp_queues", 24);
    properties.set("max_engine_clk_fcompute", model.clockMHz());
    properties.set("fw_version", 166);
    properties.set("sdma_fw_version", 22);
    properties.set("unique_id", Long.parseUnsignedLong(gpu.device().uuid(), 16));
    properties.set("num_xcc", model.xccs());
    properties.set("max_engine_clk_ccompute", 3700);
    tree.write(dir + "/properties", properties.text());
    memory(dir, 1, model.memoryMiB() << 20, 8192, model.memoryClockMHz());
    write(dir, node, links);
  }

  private void memory(String node, int heap, long bytes, int width, int clock) {
    tree.write(
        node + "/mem_banks/0/properties",
        "heap_type %d\nsize_in_bytes %d\nflags 0\nwidth %d\nmem_clk_max %d"
            .formatted(heap, bytes, width, clock));
  }

  private void write(String dir, int node, List<Link> links) {
    tree.directory(dir + "/io_links");
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      tree.write(
          dir + "/io_links/" + i + "/properties",
          ("type %d\nversion_major 0\nversion_minor 0\nnode_from %d\nnode_to %d\nweight %d\n"
                  + "min_latency 0\nmax_latency 0\nmin_bandwidth %d\nmax_bandwidth %d\n"
                  + "recommended_transfer_size 0\nrecommended_sdma_engine_id_mask 0\nflags 1")
              .formatted(
                  link.type(),
                  node,
                  link.to(),
                  link.weight(),
                  link.type() == LINK_XGMI ? 64000 : 312,
                  link.type() == LINK_XGMI ? 64000 : 63000));
    }
  }

  /** KFD's own number of a GPU. */
  int id(Drm gpu) {
    return Integer.parseInt(Identities.hex(machine, "kfd/" + gpu.device().position(), 4), 16);
  }

  private static AmdModel amd(Drm gpu) {
    return (AmdModel) gpu.model();
  }

  /** {@code gfx942} is 90402: major, minor and stepping, the last two in hexadecimal. */
  private static int target(String gfx) {
    int last = gfx.length() - 1;
    return Integer.parseInt(gfx.substring(3, last - 1)) * 10000
        + Integer.parseInt(gfx.substring(last - 1, last), 16) * 100
        + Integer.parseInt(gfx.substring(last), 16);
  }

  private static int location(String pci) {
    String[] parts = pci.toLowerCase(Locale.ROOT).split("[:.]", -1);
    return Integer.parseInt(parts[1], 16) << 8
        | Integer.parseInt(parts[2], 16) << 3
        | Integer.parseInt(parts[3]);
  }

  private static int cores(String list) {
    int cores = 0;
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", 2);
      cores += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
    }
    return cores;
  }
}
