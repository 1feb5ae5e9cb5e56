package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.IntelModel;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import dev.acceld.machine.tree.KernelLog;
import dev.acceld.machine.tree.TreeLock;
import java.util.List;
import java.util.function.Function;

/** Sets readings of simulated AMD and Intel GPUs, and breaks their memory. */
public final class DrmFaults {
  private static final int MOST = 1_000_000;
  private static final int MOST_PAGES = 10_000;

  private final FileTree tree;
  private final DrmDevices devices;
  private final Function<String, Drm> names;

  /** Devices are named as in the whole simulation. */
  public DrmFaults(FileTree tree, DrmDevices devices, Function<String, Drm> names) {
    this.tree = tree;
    this.devices = devices;
    this.names = names;
  }

  /**
   * Sets a reading.
   *
   * @param key one of {@link DrmSetting#keys}, or {@code throttle} with a list of reasons
   * @param value in the setting's unit, or {@code auto}
   */
  public void set(String device, String key, String value) {
    Drm gpu = names.apply(device);
    if (key.equals("throttle")) {
      edit(gpu, () -> devices.edit(gpu, state -> Throttle.set(state, gpu.model(), value)));
      return;
    }
    DrmSetting setting = DrmSetting.of(key, gpu.model());
    if (value.equals("auto")) {
      edit(gpu, () -> devices.edit(gpu, state -> state.remove(setting.stateKey())));
      return;
    }
    long number = setting.parse(value);
    if (setting == DrmSetting.MEMORY_USED && number > gpu.model().memoryMiB() << 20) {
      throw new MachineException(
          "memory-used: "
              + number
              + " bytes are more than the "
              + (gpu.model().memoryMiB() << 20)
              + " of "
              + gpu.device().name());
    }
    edit(gpu, () -> devices.edit(gpu, state -> state.put(setting.stateKey(), number)));
  }

  /**
   * Counts of memory errors.
   *
   * @param uncorrectable data was lost
   * @param correctable data was repaired
   * @param deferred data is lost when it is used
   */
  public record Errors(int uncorrectable, int correctable, int deferred) {}

  /**
   * The driver counts memory errors (RAS), and an AMD driver writes them to the kernel's log.
   *
   * @param block part of an AMD GPU, such as {@code umc}; the counter of an Intel GPU, such as
   *     {@code fatal_guc}
   */
  public void ras(String device, String block, Errors more) {
    Drm gpu = names.apply(device);
    for (int count : new int[] {more.uncorrectable, more.correctable, more.deferred}) {
      if (count < 0 || count > MOST) {
        throw new MachineException(count + " is not a number of errors; use 0 to " + MOST);
      }
    }
    if (more.uncorrectable + more.correctable + more.deferred == 0) {
      throw new MachineException("no errors; use --uncorrectable, --correctable or --deferred");
    }
    switch (gpu.model()) {
      case AmdModel amd -> amd(gpu, amd, block, more);
      case IntelModel intel -> intel(gpu, intel, block, more);
    }
  }

  private void amd(Drm gpu, AmdModel model, String block, Errors more) {
    known(block, model.rasBlocks(), gpu.device().name() + " has no RAS block");
    boolean deferred = block.equals("umc") && Boolean.TRUE.equals(model.deferredErrors());
    if (more.deferred > 0 && !deferred) {
      throw new MachineException(
          gpu.device().name() + " does not count deferred errors of " + block);
    }
    edit(
        gpu,
        () -> {
          devices.edit(
              gpu,
              state ->
                  new Ras(tree, gpu, model, state)
                      .add(block, more.uncorrectable, more.correctable, more.deferred));
          KernelLog log = new KernelLog(tree);
          RasLines.write(log, gpu, block, "uncorrectable", more.uncorrectable);
          RasLines.write(log, gpu, block, "correctable", more.correctable);
          RasLines.write(log, gpu, block, "deferred", more.deferred);
        });
  }

  private void intel(Drm gpu, IntelModel model, String counter, Errors more) {
    if (!Boolean.TRUE.equals(model.errorCounters())) {
      throw new MachineException(
          "the driver of "
              + gpu.device().name()
              + " shows no error counters; 'kernel-log' writes a line to the kernel log");
    }
    known(counter, I915Files.ERRORS, gpu.device().name() + " has no error counter");
    boolean correctable = counter.contains("_correctable") || counter.startsWith("correctable_");
    if (more.deferred > 0 || (correctable ? more.uncorrectable : more.correctable) > 0) {
      throw new MachineException(
          counter + " counts " + (correctable ? "correctable" : "uncorrectable") + " errors only");
    }
    edit(
        gpu,
        () ->
            devices.edit(
                gpu,
                state ->
                    I915Files.addErrors(state, counter, more.uncorrectable + more.correctable)));
  }

  private static void known(String word, List<String> all, String wrong) {
    if (!all.contains(word)) {
      throw new MachineException(
          wrong
              + " '"
              + word
              + "'"
              + Suggestions.hint(word, all)
              + " It has "
              + String.join(", ", all));
    }
  }

  /**
   * The driver of an AMD GPU finds bad pages of memory.
   *
   * @param status {@code R} is retired, {@code P} waits for a reset, {@code F} could not be retired
   */
  public void badPages(String device, int count, char status) {
    Drm gpu = names.apply(device);
    if (!(gpu.model() instanceof AmdModel model)) {
      throw new MachineException(
          gpu.device().name() + " is an Intel GPU; its driver does not list bad pages");
    }
    if ("RPF".indexOf(status) < 0) {
      throw new MachineException("'" + status + "' is not a status of a bad page; use R, P or F");
    }
    edit(
        gpu,
        () ->
            devices.edit(
                gpu,
                state -> {
                  if (count < 1 || count + Ras.pages(state) > MOST_PAGES) {
                    throw new MachineException(
                        count + " is not a number of pages; use 1 to " + MOST_PAGES + " in all");
                  }
                  new Ras(tree, gpu, model, state).addPages(count, status);
                }));
  }

  /**
   * The firmware of an Intel GPU fails: the driver xe declares the GPU wedged, and shows that it is
   * in survivability mode. Only {@code restore} ends that, as new firmware does.
   */
  public void survivability(String device) {
    Drm gpu = names.apply(device);
    if (!(gpu.model() instanceof IntelModel intel) || intel.driver() != IntelModel.Driver.xe) {
      throw new MachineException(
          gpu.device().name() + " has no survivability mode; Intel GPUs of the driver xe have");
    }
    String address = gpu.function().address();
    edit(
        gpu,
        () -> {
          devices.edit(gpu, XeFiles::fail);
          new KernelLog(tree)
              .write(
                  KernelLog.ERROR,
                  "xe "
                      + address
                      + ": [drm] *ERROR* CRITICAL: Xe has declared device "
                      + address
                      + " as wedged.",
                  address);
        });
  }

  private void edit(Drm gpu, Runnable change) {
    TreeLock.edit(
        tree,
        () -> {
          if (!devices.isThere(gpu)) {
            throw new MachineException(gpu.device().name() + " is lost; restore it first");
          }
          change.run();
        });
  }
}
