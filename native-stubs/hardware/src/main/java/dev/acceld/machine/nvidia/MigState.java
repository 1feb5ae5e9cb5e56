package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.nvidia.MigGeometry.Profile;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import java.util.UUID;
import java.util.stream.Collectors;

/** What happens to a GPU's MIG mode and partitions from outside the driver's library. */
public record MigState(FileTree tree, NvmlState state, Hardware.Gpu gpu) {
  private static final String MODE = "mig.mode";
  private static final String PENDING = "mig.pending";

  /** A new machine's: the profiles, and the mode of the description. */
  void describe() {
    MigGeometry.of(gpu.model())
        .ifPresent(geometry -> {
          state.put(n(), MODE, Boolean.TRUE.equals(gpu.model().mig()) ? 1 : 0);
          geometry.profiles().forEach(p -> state.put(n(), "mig.profile." + p.nvml(), p.line()));
        });
  }

  /**
   * The GPU was reset: no instance outlives that. Up to Ampere the mode that was asked for is now
   * in force; later GPUs forget it and are as the description says.
   */
  public void reset() {
    if (gpu.model().mig() == null) {
      return;
    }
    forgetInstances();
    boolean remembers = gpu.model().architecture().nvml < 9;
    long described = gpu.model().mig() ? 1 : 0;
    long mode = remembers ? pending() : described;
    state.remove(n(), PENDING);
    state.put(n(), MODE, mode);
  }

  /** Switches MIG mode as an administrator does, the reset included where one is needed. */
  public void mode(boolean on) {
    geometry();
    forgetInstances();
    state.remove(n(), PENDING);
    state.put(n(), MODE, on ? 1 : 0);
  }

  /** Asks for MIG mode where it needs a reset, which does not come. */
  public void modePending(boolean on) {
    geometry();
    state.put(n(), PENDING, on ? 1 : 0);
  }

  /** A GPU instance with one compute instance of the same width. */
  public void add(String profileName, int start) {
    Profile wanted = profile(profileName);
    if (state.number(n(), MODE, 0) != 1) {
      throw new MachineException(
          name() + " is not in MIG mode; 'acceld simulate mig " + name() + " on' switches it on");
    }
    if (!wanted.starts().contains(start)) {
      throw new MachineException(
          wanted.name()
              + " cannot start at slice "
              + start
              + "; possible start slices: "
              + wanted.starts());
    }
    for (Profile other : geometry().profiles()) {
      for (int at : other.starts()) {
        boolean overlaps = at < start + wanted.size() && start < at + other.size();
        if (overlaps && there(other, at)) {
          throw new MachineException("slice " + at + " is taken by a " + other.name());
        }
      }
    }
    int id = wanted.instanceId(start);
    state.put(n(), "mig.gi." + id, wanted.nvml() + " " + start);
    state.put(n(), "mig.ci." + id + ".0", wanted.slices() + " 0 MIG-" + UUID.randomUUID());
    new MigFiles(tree).add(gpu, id);
  }

  private boolean there(Profile profile, int start) {
    return state
        .text(n(), "mig.gi." + profile.instanceId(start))
        .filter(text -> text.equals(profile.nvml() + " " + start))
        .isPresent();
  }

  private void forgetInstances() {
    new ProcessState(state, gpu).clear();
    state.removeAll("gpu." + n() + ".mig.gi.");
    state.removeAll("gpu." + n() + ".mig.ci.");
    new MigFiles(tree).clear(gpu);
  }

  private long pending() {
    return state.number(n(), PENDING, state.number(n(), MODE, 0));
  }

  private Profile profile(String name) {
    return geometry().profiles().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new MachineException(
                name()
                    + " has no MIG profile '"
                    + name
                    + "'; it has "
                    + geometry().profiles().stream()
                        .map(Profile::name)
                        .collect(Collectors.joining(", "))));
  }

  private MigGeometry geometry() {
    return MigGeometry.of(gpu.model())
        .orElseThrow(
            () -> new MachineException(name() + " (" + gpu.model().name() + ") has no MIG mode"));
  }

  private String name() {
    return gpu.device().name();
  }

  private int n() {
    return gpu.device().position();
  }
}
