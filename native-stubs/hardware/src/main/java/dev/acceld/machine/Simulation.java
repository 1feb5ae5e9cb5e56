package dev.acceld.machine;

import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineDescription.Driver;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.drm.DrmDevices;
import dev.acceld.machine.drm.DrmFaults;
import dev.acceld.machine.nvidia.DriverEvents;
import dev.acceld.machine.nvidia.GpuReadings;
import dev.acceld.machine.nvidia.GpuSetting;
import dev.acceld.machine.nvidia.InitialState;
import dev.acceld.machine.nvidia.MigState;
import dev.acceld.machine.nvidia.NvidiaDriver;
import dev.acceld.machine.nvidia.NvmlLibrary;
import dev.acceld.machine.nvidia.NvmlState;
import dev.acceld.machine.nvidia.OperationalEvent;
import dev.acceld.machine.nvidia.XidEffect;
import dev.acceld.machine.nvidia.XidLines;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.KernelLog;
import dev.acceld.machine.tree.PcieErrorFiles;
import dev.acceld.machine.tree.SimulatedDevice;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import dev.acceld.machine.tree.Sysfs;
import dev.acceld.machine.tree.TpuFileSet;
import dev.acceld.machine.tree.TreeLock;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Does to a simulated machine what happens to real ones. Every change is made at once (a file is
 * replaced by a rename) and is seen by an agent that runs on the machine. Safe from several threads
 * and processes. Devices are named {@code gpu-3}, {@code amd-1}, {@code tpu-2}, by UUID or by PCI
 * address; every mistake is a {@link MachineException} that says what to write instead.
 */
public final class Simulation {
  private final FileTree tree;
  private final MachineDescription description;
  private final Hardware hardware;
  private final DeviceFinder finder;
  private final DrmDevices drms;

  private Simulation(MachineTree machine) {
    this.tree = new FileTree(machine.root());
    this.description = machine.description();
    this.hardware = Hardware.of(description);
    this.finder = new DeviceFinder(description.name(), hardware);
    this.drms = new DrmDevices(tree, description, hardware);
  }

  /**
   * The machine at a root.
   *
   * @throws MachineException when there is none
   */
  public static Simulation open(Path root) {
    return new Simulation(MachineTree.open(root));
  }

  /** All accelerators of the machine, also those that are lost at the moment. */
  public List<SimulatedDevice> devices() {
    return hardware.devices();
  }

  /**
   * Reports an XID and does what goes with it: the kernel's line, the GPU Operational Event of a
   * driver that has them, recommended action, ECC and row remapping counters.
   *
   * @param code 1 to 999
   */
  public void xid(String device, int code) {
    Hardware.Gpu found = finder.gpu(device, "report an XID");
    int gpu = found.device().position();
    if (code < 1 || code > 999) {
      throw new MachineException("XID " + code + " does not exist; use a number from 1 to 999");
    }
    edit(state -> {
      if (state.number("driver.loaded", 0) == 0) {
        throw new MachineException("no driver is loaded that could report an XID; load it first");
      }
      XidLines.write(new KernelLog(tree), found.function().address(), code);
      DriverEvents.xid(state, gpu, code, nvidiaDriver().branch());
      XidEffect.apply(state, gpu, code);
    });
  }

  /**
   * Reports a GPU Operational Event. A fatal one makes the driver ask for a reset.
   *
   * @throws MachineException where the driver is too old to report any
   */
  public void operationalEvent(String device, OperationalEvent event) {
    int gpu = finder.gpu(device, "report an operational event").device().position();
    edit(state -> {
      if (nvidiaDriver().branch() < OperationalEvent.SINCE) {
        throw Mistakes.oldDriver(nvidiaDriver().version());
      }
      DriverEvents.operational(state, gpu, event);
    });
  }

  /**
   * The kernel writes a line to its log, and nothing else happens.
   *
   * @param text one line of printable ASCII
   */
  public void kernelLine(String text) {
    TreeLock.edit(tree, () -> new KernelLog(tree).write(KernelLog.ERROR, text, ""));
  }

  /**
   * Loses a device: NVML answers "GPU is lost"; an AMD or Intel GPU no longer answers; a TPU chip's
   * PCI function and files go.
   */
  public void lose(String device) {
    lose(device, false);
  }

  /**
   * Loses a device.
   *
   * @param offTheBus whether a GPU's PCI function goes too (a TPU chip's always does)
   */
  public void lose(String device, boolean offTheBus) {
    SimulatedDevice lost = finder.find(device);
    if (lost.kind() == Kind.TPU) {
      TreeLock.edit(
          tree, () -> new TpuFileSet(tree, hardware).remove(hardware.tpus().get(lost.position())));
      return;
    }
    Optional<Hardware.Drm> drm = hardware.drm(lost);
    if (drm.isPresent()) {
      TreeLock.edit(tree, () -> lose(drm.get(), offTheBus));
      return;
    }
    Hardware.Gpu gpu = hardware.gpus().get(lost.position());
    edit(state -> {
      state.put(lost.position(), "lost", 1);
      state.put(lost.position(), "recovery.action", 2);
      if (offTheBus) {
        state.put(lost.position(), "removed", 1);
        new Sysfs(tree).removeGpu(gpu);
        nvidia().removeInformation(gpu);
      }
    });
  }

  private void lose(Hardware.Drm gpu, boolean offTheBus) {
    if (!drms.isThere(gpu)) {
      return;
    }
    if (offTheBus) {
      drms.remove(gpu);
    } else {
      drms.silence(gpu);
    }
  }

  /**
   * Undoes {@link #lose}, and clears the recommended action and a pending row remapping of an
   * NVIDIA GPU, and all that is broken of other devices.
   */
  public void restore(String device) {
    SimulatedDevice back = finder.find(device);
    if (back.kind() == Kind.TPU) {
      TreeLock.edit(
          tree, () -> new TpuFileSet(tree, hardware).add(hardware.tpus().get(back.position())));
    } else if (hardware.drm(back).isPresent()) {
      TreeLock.edit(tree, () -> drms.restore(finder.drm(device)));
    } else {
      edit(state -> restore(state, hardware.gpus().get(back.position())));
    }
  }

  /**
   * Sets a reading.
   *
   * @param key one of {@link GpuSetting#keys()}; for AMD and Intel GPUs as in {@link DrmFaults#set}
   * @param value in the setting's unit, or {@code auto}
   */
  public void set(String device, String key, String value) {
    if (hardware.drm(finder.find(device)).isPresent()) {
      drm().set(device, key, value);
      return;
    }
    Hardware.Gpu gpu = finder.gpu(device, "set a reading");
    GpuSetting setting = GpuSetting.of(key);
    if (value.equals("auto")) {
      edit(state -> GpuReadings.reset(tree, state, gpu, setting));
    } else {
      long number = setting.parse(value);
      edit(state -> GpuReadings.set(tree, state, gpu, setting, number));
    }
  }

  /** What can happen to a device's PCIe link. */
  public PcieLinks links() {
    return new PcieLinks(tree, hardware, finder::find);
  }

  /** What can happen to AMD and Intel GPUs beside that. */
  public DrmFaults drm() {
    return new DrmFaults(tree, drms, finder::drm);
  }

  /** The processes that have the files of devices open. */
  public FileHolders holders() {
    return new FileHolders(drms, finder::find);
  }

  /** The processes that use NVIDIA GPUs. */
  public GpuProcesses processes() {
    return new GpuProcesses(this::edit, finder::gpu);
  }

  /** Lets all calls of an NVML function hang until {@link #unhang}. */
  public void hang(String symbol) {
    NvmlLibrary.checkSymbol(symbol);
    edit(state -> state.put("hang." + symbol, 1));
  }

  /** Lets the calls of an NVML function for one GPU hang until {@link #unhang}. */
  public void hang(String symbol, String device) {
    NvmlLibrary.checkSymbol(symbol);
    int gpu = finder.gpu(device, "hang in NVML").device().position();
    edit(state -> state.put("hang." + symbol + "." + gpu, 1));
  }

  /** Lets calls that hang go on, and no more hang. */
  public void unhang(String symbol) {
    NvmlLibrary.checkSymbol(symbol);
    edit(state -> {
      state.remove("hang." + symbol);
      state.removeAll("hang." + symbol + ".");
    });
  }

  /**
   * Lets all calls of an NVML function answer with a code.
   *
   * @param code NVML's, 1 to 999; 0 ends it for all GPUs
   */
  public void fail(String symbol, int code) {
    NvmlLibrary.checkSymbol(symbol);
    Mistakes.checkCode(code);
    edit(state -> {
      state.removeAll("fail." + symbol + ".");
      state.remove("fail." + symbol);
      if (code != 0) {
        state.put("fail." + symbol, code);
      }
    });
  }

  /** The same for the calls about one GPU. */
  public void fail(String symbol, String device, int code) {
    NvmlLibrary.checkSymbol(symbol);
    Mistakes.checkCode(code);
    String key = "fail." + symbol + "." + finder.gpu(device, "fail in NVML").device().position();
    edit(state -> {
      state.remove(key);
      if (code != 0) {
        state.put(key, code);
      }
    });
  }

  /** Switches a GPU's MIG mode, as an administrator does; partitions that there were are gone. */
  public void mig(String device, boolean on) {
    Hardware.Gpu gpu = finder.gpu(device, "be in MIG mode");
    edit(state -> new MigState(tree, state, gpu).mode(on));
  }

  /** Asks for a MIG mode that comes into force with the GPU's next reset only. */
  public void migPending(String device, boolean on) {
    Hardware.Gpu gpu = finder.gpu(device, "be in MIG mode");
    edit(state -> new MigState(tree, state, gpu).modePending(on));
  }

  /**
   * Makes a partition, as an administrator does: a GPU instance with one compute instance.
   *
   * @param profile such as {@code 1g.10gb}
   * @param start the memory slice at which it begins
   */
  public void partition(String device, String profile, int start) {
    Hardware.Gpu gpu = finder.gpu(device, "be partitioned");
    edit(state -> new MigState(tree, state, gpu).add(profile, start));
  }

  /** What resets of devices do. */
  public Resets resets() {
    return new Resets(this::edit, tree, hardware, finder::find);
  }

  /** Unloads and removes NVIDIA's driver: library and /proc entries go, sessions are dead. */
  public void unloadDriver() {
    edit(state -> {
      state.put("driver.loaded", 0);
      nvidia().unload();
    });
  }

  /** Puts NVIDIA's driver back; counters since its loading begin anew. */
  public void loadDriver() {
    edit(state -> {
      if (state.number("driver.loaded", 0) == 0) {
        loadAnew(state);
      }
    });
  }

  /**
   * Reboots: a new boot id, the driver loaded, lost devices back, faults and counters of the
   * running driver cleared. What a reboot does not repair stays (aggregate ECC counters, remapped
   * rows, a failed remapping), and so do readings that were set.
   */
  public void reboot() {
    TreeLock.edit(
        tree,
        () -> {
          TpuFileSet tpus = new TpuFileSet(tree, hardware);
          hardware.tpus().forEach(tpus::add);
          drms.boot();
          if (description.driver() != null) {
            NvmlState state = NvmlState.read(tree);
            state.removeAll("hang.");
            state.removeAll("fail.");
            hardware.gpus().forEach(gpu -> restore(state, gpu));
            loadAnew(state);
            state.write(tree);
          }
          MachineTree.newBootId(tree);
          new KernelLog(tree).begin();
        });
  }

  private void restore(NvmlState state, Hardware.Gpu gpu) {
    int n = gpu.device().position();
    if (state.has(n, "removed")) {
      new Sysfs(tree).addGpu(gpu);
      nvidia().addInformation(gpu);
    }
    if (tree.exists(gpu.function().directory())) {
      new PcieErrorFiles(tree, gpu.function()).reset();
    }
    for (String fault : List.of("lost", "removed", "recovery.action", "remap.pending")) {
      state.remove(n, fault);
    }
  }

  private void loadAnew(NvmlState state) {
    nvidia().load();
    long now = InitialState.now();
    for (Hardware.Gpu gpu : hardware.gpus()) {
      GpuReadings.driverLoaded(state, gpu, now);
      new MigState(tree, state, gpu).reset();
    }
    state.put("driver.generation", state.number("driver.generation", 0) + 1);
    state.put("driver.loaded", 1);
  }

  private NvidiaDriver nvidia() {
    return new NvidiaDriver(tree, nvidiaDriver(), hardware.gpus());
  }

  private Driver nvidiaDriver() {
    Driver driver = description.driver();
    if (driver == null) {
      throw Mistakes.noDriver(description.name());
    }
    return driver;
  }

  private void edit(Consumer<NvmlState> change) {
    if (description.driver() == null) {
      throw Mistakes.noDriver(description.name());
    }
    TreeLock.edit(
        tree,
        () -> {
          NvmlState state = NvmlState.read(tree);
          change.accept(state);
          state.write(tree);
        });
  }
}
