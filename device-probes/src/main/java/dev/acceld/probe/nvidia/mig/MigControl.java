package dev.acceld.probe.nvidia.mig;

import static java.util.stream.Collectors.joining;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.host.HostFs;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.nvidia.mig.MigInstance.Compute;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts GPUs into partitions for claims, and puts them together again. Where MIG mode can be
 * switched without a reset, it is on exactly while a GPU has a partition. A partition that no claim
 * holds belongs to somebody else (an administrator, another driver, an agent with another state
 * directory) and stays, unless the operator has said that foreign partitions may go.
 *
 * <p>Each call opens the library for itself: in a process that has it open already this costs a
 * counter, and nothing is shared with the probe's thread, which may be closing its own.
 */
public final class MigControl implements DeviceControl {
  private final NvmlOpener opener;
  private final boolean removeForeign;
  private final MigDevices devices;
  private final MigUsers users;
  private final MigSteps steps;

  /**
   * For the GPUs of that host.
   *
   * @param removeForeign whether partitions that no claim holds are removed
   */
  public MigControl(NvmlOpener opener, HostFs host, boolean removeForeign) {
    this(opener, host, removeForeign, MigSteps.NONE);
  }

  MigControl(NvmlOpener opener, HostFs host, boolean removeForeign, MigSteps steps) {
    this.opener = opener;
    this.removeForeign = removeForeign;
    this.devices = new MigDevices(host);
    this.users = new MigUsers(host);
    this.steps = steps;
  }

  @Override
  public Optional<String> partitionId(Device device) {
    return device instanceof MigDevice mig && mig.onDemand()
        ? Optional.of(MigPartitionId.of(mig).toString())
        : Optional.empty();
  }

  @Override
  public Optional<String> place(Device device) {
    return device instanceof MigDevice mig
        ? Optional.of(MigPartitionId.of(mig).toString())
        : Optional.empty();
  }

  @Override
  public Device make(Device device, AccessOptions options, Set<String> held)
      throws ControlFailedException {
    if (device instanceof MigDevice mig && mig.onDemand()) {
      return cut(mig, held);
    }
    if (device instanceof Gpu gpu && gpu.common().counters().isPresent()) {
      makeWhole(gpu, held);
    }
    return device;
  }

  @Override
  public void check(Device device, Set<String> held) throws ControlFailedException {
    if (device instanceof MigDevice mig && mig.onDemand() && !removeForeign) {
      try (MigGpu gpu = MigGpu.open(opener, mig.parentUuid(), steps)) {
        refuseForeign(mig, inTheWay(gpu, MigPartitionId.of(mig), held));
      } catch (MigGoneException e) {
        throw new ControlFailedException(mig.name() + " cannot be created: " + e.getMessage());
      } catch (MigCallException e) {
        throw new ControlFailedException(
            mig.name() + " cannot be created: " + MigFailures.describe(e));
      }
    }
  }

  private MigDevice cut(MigDevice device, Set<String> held) throws ControlFailedException {
    MigPartitionId partitionId = MigPartitionId.of(device);
    try (MigGpu gpu = MigGpu.open(opener, device.parentUuid(), steps)) {
      gpu.switchOn();
      List<MigInstance> inTheWay = inTheWay(gpu, partitionId, held);
      if (!removeForeign) {
        refuseForeign(device, inTheWay);
      }
      for (MigInstance there : inTheWay) {
        if (!partitionId.is(there)) {
          gpu.destroy(there);
        }
      }
      boolean wasThere = gpu.instances().stream().anyMatch(partitionId::is);
      try {
        return finished(device, gpu, gpu.create(partitionId));
      } catch (ControlFailedException | MigCallException e) {
        String message =
            e instanceof MigCallException call
                ? device.name() + " cannot be created: " + MigFailures.describe(call)
                : String.valueOf(e.getMessage());
        throw new ControlFailedException(message, !wasThere && !takenBack(gpu, partitionId));
      }
    } catch (MigGoneException e) {
      throw new ControlFailedException(device.name() + " cannot be created: " + e.getMessage());
    } catch (MigCallException e) {
      throw new ControlFailedException(
          device.name() + " cannot be created: " + MigFailures.describe(e));
    }
  }

  /** What nobody holds where the partition is to be. */
  private static List<MigInstance> inTheWay(
      MigGpu gpu, MigPartitionId partitionId, Set<String> held) throws MigCallException {
    return gpu.instances().stream()
        .filter(there -> there.overlaps(partitionId.shape().start(), partitionId.shape().size()))
        .filter(there -> !isHeld(gpu.uuid(), there, held))
        .toList();
  }

  private static void refuseForeign(MigDevice device, List<MigInstance> inTheWay)
      throws ControlFailedException {
    if (!inTheWay.isEmpty()) {
      throw new ControlFailedException(
          device.name()
              + " cannot be created: its placement is taken by"
              + " "
              + foreign(inTheWay.getFirst()));
    }
  }

  private static String foreign(MigInstance instance) {
    String uuids = instance.computes().stream().map(Compute::uuid).collect(joining(", "));
    return "a "
        + instance.profile().name()
        + (uuids.isEmpty() ? "" : " (" + uuids + ")")
        + " that this agent did not create; remove it when nobody uses it (nvidia-smi mig -dci,"
        + " then"
        + " -dgi), or let the agent remove all such partitions with"
        + " --nvidia-mig-remove-foreign=true";
  }

  private MigDevice finished(MigDevice device, MigGpu gpu, MigInstance instance)
      throws ControlFailedException, MigCallException {
    return devices
        .withInstance(gpu.minor(), device, instance, instance.computes().getFirst())
        .orElseThrow(() ->
            new ControlFailedException(
                device.name()
                    + " cannot be given to a container: the driver reports no capability file"
                    + " for it below /proc/driver/nvidia/capabilities; check that the host's"
                    + " /proc is mounted"));
  }

  /** Leaves nothing of a partition that could not be finished; false when something may be left. */
  private static boolean takenBack(MigGpu gpu, MigPartitionId partitionId) {
    try {
      for (MigInstance there : gpu.instances()) {
        if (partitionId.is(there)) {
          gpu.destroy(there);
        }
      }
      gpu.switchOffIfUnused();
      return true;
    } catch (MigCallException e) {
      return false;
    }
  }

  private void makeWhole(Gpu device, Set<String> held) throws ControlFailedException {
    try (MigGpu gpu = MigGpu.open(opener, device.uuid(), steps)) {
      if (!gpu.isOn()) {
        return;
      }
      for (MigInstance there : gpu.instances()) {
        if (isHeld(gpu.uuid(), there, held)) {
          throw new ControlFailedException(
              device.name() + " cannot be used as a whole: a claim still holds a partition of it");
        }
        if (!removeForeign) {
          throw new ControlFailedException(
              device.name() + " cannot be used as a whole: it has " + foreign(there));
        }
        gpu.destroy(there);
      }
      gpu.switchOffIfUnused();
      if (gpu.isOn()) {
        throw new ControlFailedException(
            device.name()
                + " cannot be used as a whole: MIG mode cannot be disabled; check which processes"
                + " use it (nvidia-smi)");
      }
    } catch (MigGoneException e) {
      throw new ControlFailedException(
          device.name() + " cannot be used as a whole:" + " " + e.getMessage());
    } catch (MigCallException e) {
      throw new ControlFailedException(
          device.name() + " cannot be used as a whole:" + " " + MigFailures.describe(e));
    }
  }

  @Override
  public boolean understands(String partitionId) {
    return MigPartitionId.parse(partitionId).isPresent();
  }

  @Override
  public Made isMade(String text) {
    Optional<MigPartitionId> partitionId = MigPartitionId.parse(text);
    if (partitionId.isEmpty()) {
      return Made.UNKNOWN;
    }
    try (MigGpu gpu = MigGpu.open(opener, partitionId.get().gpu(), steps)) {
      if (gpu.isOn() && !gpu.hasProfile(partitionId.get().shape().profileId())) {
        return Made.UNKNOWN; // such a partition cannot be listed
      }
      return gpu.instances().stream()
              .anyMatch(there -> partitionId.get().is(there) && there.undivided())
          ? Made.YES
          : Made.NO;
    } catch (MigGoneException | ControlFailedException | MigCallException e) {
      return Made.UNKNOWN;
    }
  }

  @Override
  public boolean unmake(String text) throws ControlFailedException {
    MigPartitionId partitionId =
        MigPartitionId.parse(text)
            .orElseThrow(() -> new ControlFailedException("'" + text + "' is not a partition"));
    try (MigGpu gpu = MigGpu.open(opener, partitionId.gpu(), steps)) {
      if (gpu.isOn() && !gpu.hasProfile(partitionId.shape().profileId())) {
        return false; // such a partition cannot be listed
      }
      for (MigInstance there : gpu.instances()) {
        if (partitionId.is(there)) {
          destroy(text, gpu, there);
        }
      }
      gpu.switchOffIfUnused();
      return true;
    } catch (MigGoneException e) {
      return false;
    } catch (MigCallException e) {
      if (!MigFailures.gone(e.answer())) {
        throw new ControlFailedException(
            "partition (" + text + ") cannot be deleted: " + MigFailures.describe(e));
      }
      return false;
    }
  }

  private void destroy(String text, MigGpu gpu, MigInstance instance)
      throws MigCallException, ControlFailedException {
    try {
      gpu.destroy(instance);
    } catch (MigCallException e) {
      if (e.answer() != NvmlReturn.IN_USE) {
        throw e;
      }
      throw new ControlFailedException(
          "partition (" + text + ") cannot be deleted: " + MigFailures.describe(e),
          users.of(gpu, instance));
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
          if (isHeld(gpu.uuid(), there, held)) {
            continue;
          }
          if (removeForeign) {
            gpu.destroy(there);
            done.add("removed leftover partition " + there.profile().name() + " of " + uuid.get());
          } else {
            done.add(uuid.get() + " has " + foreign(there) + "; claims cannot use its placement");
          }
        }
        gpu.switchOffIfUnused();
      } catch (MigGoneException e) {
        return done;
      } catch (ControlFailedException e) {
        done.add(String.valueOf(e.getMessage()));
      } catch (MigCallException e) {
        done.add(
            "a partition of "
                + uuid.get()
                + " that no claim holds stays: "
                + MigFailures.describe(e));
      }
    }
    return done;
  }

  private static boolean isHeld(String gpu, MigInstance instance, Set<String> held) {
    return instance.computes().stream().anyMatch(part -> held.contains(part.uuid()))
        || held.stream()
            .flatMap(text -> MigPartitionId.parse(text).stream())
            .anyMatch(partitionId -> partitionId.gpu().equals(gpu) && partitionId.is(instance));
  }
}
