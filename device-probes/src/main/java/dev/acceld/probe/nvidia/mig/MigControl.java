package dev.acceld.probe.nvidia.mig;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.host.HostFs;
import dev.acceld.probe.ControlFailed;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts GPUs into partitions for claims, and puts them together again. On a GPU whose partitions are
 * made on demand the rule is: every GPU instance is a claim's, or a leftover that goes; and, where
 * it can be switched without a reset, MIG mode is on exactly while there is one.
 *
 * <p>Each call opens the library for itself: in a process that has it open already this costs a
 * counter, and nothing is shared with the probe's thread, which may be closing its own.
 */
public final class MigControl implements DeviceControl {
  private final NvmlOpener opener;
  private final MigDevices devices;
  private final MigSteps steps;

  /** For the GPUs of that host. */
  public MigControl(NvmlOpener opener, HostFs host) {
    this(opener, host, MigSteps.NONE);
  }

  MigControl(NvmlOpener opener, HostFs host, MigSteps steps) {
    this.opener = opener;
    this.devices = new MigDevices(host);
    this.steps = steps;
  }

  @Override
  public Optional<String> recipe(Device device) {
    return device instanceof MigDevice mig && mig.onDemand()
        ? Optional.of(MigRecipe.of(mig).toString())
        : Optional.empty();
  }

  @Override
  public Device make(Device device, Set<String> held) throws ControlFailed {
    if (device instanceof MigDevice mig && mig.onDemand()) {
      return cut(mig, held);
    }
    if (device instanceof Gpu gpu && gpu.common().counters().isPresent()) {
      makeWhole(gpu, held);
    }
    return device;
  }

  private MigDevice cut(MigDevice device, Set<String> held) throws ControlFailed {
    MigRecipe recipe = MigRecipe.of(device);
    try (MigGpu gpu = MigGpu.open(opener, device.parentUuid(), steps)) {
      gpu.switchOn();
      Set<String> others = new HashSet<>(held);
      others.remove(recipe.toString());
      for (MigInstance there : gpu.instances()) {
        if (there.overlaps(recipe.shape().start(), recipe.shape().size())
            && !recipe.is(there)
            && !isHeld(gpu.uuid(), there, others)) {
          gpu.destroy(there);
        }
      }
      try {
        return finished(device, gpu, gpu.create(recipe));
      } catch (ControlFailed | MigCallFailed e) {
        takeBack(gpu, recipe, e);
        throw e;
      }
    } catch (MigGone e) {
      throw new ControlFailed(device.name() + " cannot be made: " + e.getMessage());
    } catch (MigCallFailed e) {
      throw new ControlFailed(device.name() + " cannot be made: " + words(e));
    }
  }

  private MigDevice finished(MigDevice device, MigGpu gpu, MigInstance instance)
      throws ControlFailed, MigCallFailed {
    return devices
        .withInstance(gpu.minor(), device, instance, instance.computes().getFirst())
        .orElseThrow(() ->
            new ControlFailed(
                device.name()
                    + " cannot be given to a container: the driver tells no capability file for it"
                    + " below /proc/driver/nvidia/capabilities; is the host's /proc mounted?"));
  }

  /** Leaves nothing of a partition that could not be finished. */
  private static void takeBack(MigGpu gpu, MigRecipe recipe, Exception because) {
    try {
      for (MigInstance there : gpu.instances()) {
        if (recipe.is(there)) {
          gpu.destroy(there);
        }
      }
      gpu.switchOffIfUnused();
    } catch (MigCallFailed e) {
      because.addSuppressed(e); // the next round of tidying up, or the next try, finds it
    }
  }

  private void makeWhole(Gpu device, Set<String> held) throws ControlFailed {
    try (MigGpu gpu = MigGpu.open(opener, device.uuid(), steps)) {
      if (!gpu.isOn()) {
        return;
      }
      for (MigInstance there : gpu.instances()) {
        if (isHeld(gpu.uuid(), there, held)) {
          throw new ControlFailed(
              device.name() + " cannot be used whole: a claim still holds a part of it");
        }
        gpu.destroy(there);
      }
      gpu.switchOffIfUnused();
      if (gpu.isOn()) {
        throw new ControlFailed(
            device.name()
                + " cannot be used whole: MIG mode does not go off; see who uses it (nvidia-smi)");
      }
    } catch (MigGone e) {
      throw new ControlFailed(device.name() + " cannot be used whole: " + e.getMessage());
    } catch (MigCallFailed e) {
      throw new ControlFailed(device.name() + " cannot be used whole: " + words(e));
    }
  }

  @Override
  public boolean isMade(String text) {
    Optional<MigRecipe> recipe = MigRecipe.parse(text);
    if (recipe.isEmpty()) {
      return false;
    }
    try (MigGpu gpu = MigGpu.open(opener, recipe.get().gpu(), steps)) {
      return gpu.instances().stream()
          .anyMatch(there -> recipe.get().is(there) && there.undivided());
    } catch (MigGone | ControlFailed | MigCallFailed e) {
      return false;
    }
  }

  @Override
  public void unmake(String text) throws ControlFailed {
    MigRecipe recipe =
        MigRecipe.parse(text)
            .orElseThrow(() -> new ControlFailed("'" + text + "' names no partition"));
    try (MigGpu gpu = MigGpu.open(opener, recipe.gpu(), steps)) {
      for (MigInstance there : gpu.instances()) {
        if (recipe.is(there)) {
          gpu.destroy(there);
        }
      }
      gpu.switchOffIfUnused();
    } catch (MigGone e) {
      // No driver or no GPU: its partitions went with it, or the tidying up finds them.
    } catch (MigCallFailed e) {
      if (!gone(e.answer())) {
        throw new ControlFailed("partition (" + text + ") cannot be unmade: " + words(e));
      }
    }
  }

  @Override
  public List<String> tidy(Device device, Set<String> held) {
    Optional<String> uuid =
        switch (device) {
          case MigDevice mig when mig.onDemand() -> Optional.of(mig.parentUuid());
          case Gpu gpu when gpu.common().counters().isPresent() -> Optional.of(gpu.uuid());
          default -> Optional.empty();
        };
    List<String> done = new ArrayList<>();
    if (uuid.isPresent()) {
      try (MigGpu gpu = MigGpu.open(opener, uuid.get(), steps)) {
        for (MigInstance there : gpu.instances()) {
          if (!isHeld(gpu.uuid(), there, held)) {
            gpu.destroy(there);
            done.add("removed a " + there.profile().name() + " of " + uuid.get() + " left over");
          }
        }
        gpu.switchOffIfUnused();
      } catch (MigGone e) {
        return done;
      } catch (ControlFailed e) {
        done.add(String.valueOf(e.getMessage()));
      } catch (MigCallFailed e) {
        done.add("a partition of " + uuid.get() + " that no claim has stays: " + words(e));
      }
    }
    return done;
  }

  private static boolean isHeld(String gpu, MigInstance instance, Set<String> held) {
    return held.stream()
        .flatMap(text -> MigRecipe.parse(text).stream())
        .anyMatch(recipe -> recipe.gpu().equals(gpu) && recipe.is(instance));
  }

  private static boolean gone(NvmlReturn answer) {
    return answer == NvmlReturn.GPU_IS_LOST || answer.stale();
  }

  private static String words(MigCallFailed e) {
    String remedy =
        switch (e.answer()) {
          case IN_USE -> "; a process uses the GPU or the partition (nvidia-smi tells which)";
          case NO_PERMISSION -> "; the agent needs root and the host's /dev/nvidia-caps for that";
          case INSUFFICIENT_RESOURCES -> "; its place is taken (nvidia-smi mig -lgi)";
          case GPU_IS_LOST -> "; reboot the node";
          default -> "";
        };
    return e.getMessage() + remedy;
  }
}
