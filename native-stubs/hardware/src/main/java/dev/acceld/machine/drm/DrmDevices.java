package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.IntelModel;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.Hardware.Drm;
import dev.acceld.machine.tree.Identities;
import dev.acceld.machine.tree.PciResetFiles;
import dev.acceld.machine.tree.PcieErrorFiles;
import dev.acceld.machine.tree.ProcDevices;
import dev.acceld.machine.tree.Sysfs;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The AMD and Intel GPUs of a machine in its tree: they come, move, and go. To be used under the
 * tree's lock.
 */
public record DrmDevices(FileTree tree, MachineDescription machine, Hardware hardware) {
  private static final String SILENT = "silent";
  private static final long OF_A_PROCESS = 2_134_016; // bytes, before it has any of its own

  /** All of them, in a machine that is built. */
  public void build() {
    hardware.drms().forEach(this::put);
    topology();
  }

  /** A GPU comes to the bus: its function, and the files of its driver. */
  public void add(Drm gpu) {
    put(gpu);
    topology();
  }

  private void put(Drm gpu) {
    new PcieErrorFiles(tree, gpu.function()).reset();
    new PciResetFiles(tree, gpu.function()).write();
    String directory = gpu.function().directory();
    new Sysfs(tree).add(gpu.function());
    tree.write(
        directory + "/revision", String.format(Locale.ROOT, "0x%02x", gpu.model().revision()));
    module(gpu);
    files(gpu).begin();
    refresh(gpu);
    new Sysfs(tree).addDrm(gpu.place().card(), gpu.place().render(), gpu.function());
  }

  /** A GPU leaves the bus. */
  public void remove(Drm gpu) {
    files(gpu).remove();
    new Sysfs(tree).removeDrm(gpu.place().card(), gpu.place().render());
    new Sysfs(tree).remove(gpu.function());
    topology();
  }

  /** A GPU stays on the bus and no longer answers. */
  public void silence(Drm gpu) {
    if (isThere(gpu)) {
      new PcieErrorFiles(tree, gpu.function()).silence();
      edit(gpu, state -> state.put(SILENT, 1));
    }
  }

  /** Time has gone by: readings and counters follow. */
  public void refresh(Drm gpu) {
    edit(gpu, state -> {});
  }

  /** A reset of a GPU has succeeded: what the driver counts begins anew. */
  public void wasReset(Drm gpu) {
    edit(
        gpu,
        state -> {
          state.remove(SILENT);
          Throttle.clear(state);
          Ras.driverLoaded(state);
          I915Files.forgetErrors(state);
        });
  }

  /** The drivers are loaded anew; GPUs that were lost are back. Readings that were set stay. */
  public void boot() {
    hardware.drms().forEach(this::boot);
    topology();
  }

  private void boot(Drm gpu) {
    new Sysfs(tree).link(gpu.function(), false, gpu.function().width());
    edit(
        gpu,
        state -> {
          Readings.restart(state);
          state.remove(SILENT);
          Throttle.clear(state);
          Ras.driverLoaded(state);
          I915Files.forgetErrors(state);
        });
    put(gpu);
  }

  /** A GPU is back, without faults. */
  public void restore(Drm gpu) {
    edit(
        gpu,
        state -> {
          state.remove(SILENT);
          Throttle.clear(state);
          Ras.forget(state);
          I915Files.forgetErrors(state);
          XeFiles.mend(state);
        });
    new Sysfs(tree).link(gpu.function(), false, gpu.function().width());
    add(gpu);
  }

  /** A process begins to use a GPU; KFD has a directory for each that computes on an AMD GPU. */
  public void open(Drm gpu, int pid) {
    if (gpu.model() instanceof AmdModel) {
      String process = ProcDevices.KFD_CLASS + "/proc/" + pid;
      int id = new Kfd(tree, machine).id(gpu);
      tree.write(process + "/pasid", Integer.toString(0x8000 + pid % 0x8000));
      tree.write(process + "/vram_" + id, Long.toString(OF_A_PROCESS));
      tree.write(process + "/sdma_" + id, "0");
      tree.write(process + "/stats_" + id + "/cu_occupancy", "0");
    }
  }

  /** A process uses a GPU no more. */
  public void close(Drm gpu, int pid) {
    String process = ProcDevices.KFD_CLASS + "/proc/" + pid;
    if (gpu.model() instanceof AmdModel && tree.exists(process)) {
      int id = new Kfd(tree, machine).id(gpu);
      tree.remove(process + "/vram_" + id);
      tree.remove(process + "/sdma_" + id);
      tree.remove(process + "/stats_" + id);
      if (hardware.drms().stream()
          .filter(g -> g.model() instanceof AmdModel)
          .noneMatch(g -> tree.exists(process + "/vram_" + new Kfd(tree, machine).id(g)))) {
        tree.remove(process);
      }
    }
  }

  /** Whether the GPU is on the bus. */
  public boolean isThere(Drm gpu) {
    return tree.exists("/sys/bus/pci/devices/" + gpu.function().address());
  }

  /** Changes what is known of a GPU, and shows it if the GPU is there. */
  void edit(Drm gpu, Consumer<DrmState> change) {
    DrmState state = DrmState.read(tree, gpu);
    Readings.advance(state, gpu);
    change.accept(state);
    Readings now = Readings.advance(state, gpu);
    if (tree.exists(gpu.function().directory())) {
      if (state.has(SILENT)) {
        files(gpu).silence(state, now);
      } else {
        files(gpu).refresh(state, now);
      }
    }
    state.write();
  }

  private DriverFiles files(Drm gpu) {
    return switch (gpu.model()) {
      case AmdModel amd -> new AmdFiles(tree, machine, gpu, amd);
      case IntelModel intel when intel.driver() == IntelModel.Driver.xe ->
          new XeFiles(tree, gpu, intel);
      case IntelModel intel -> new I915Files(tree, gpu, intel);
    };
  }

  private void module(Drm gpu) {
    String name = gpu.model().driverName();
    String module = "/sys/module/" + name;
    String version =
        switch (gpu.model()) {
          case AmdModel amd -> amd.driverVersion();
          case IntelModel intel -> intel.driverVersion();
        };
    if (version != null) {
      tree.write(module + "/version", version);
    }
    String source = name + "/" + Objects.requireNonNullElse(version, "kernel");
    tree.write(
        module + "/srcversion", Identities.hex(machine, source, 23).toUpperCase(Locale.ROOT) + "0");
    tree.write(module + "/initstate", "live");
    String driver = "/sys/bus/pci/drivers/" + name;
    tree.link(module + "/drivers/pci:" + name, driver);
    // There to be written to. What that does, the reset of the function does here.
    tree.write(driver + "/unbind", "");
    tree.write(driver + "/bind", "");
    tree.write("/sys/bus/pci/drivers_probe", "");
  }

  private void topology() {
    List<Drm> amds = hardware.drms().stream().filter(g -> g.model() instanceof AmdModel).toList();
    if (!amds.isEmpty()) {
      new Kfd(tree, machine).begin();
      new Kfd(tree, machine).write(amds.stream().filter(this::isThere).toList());
    }
  }
}
