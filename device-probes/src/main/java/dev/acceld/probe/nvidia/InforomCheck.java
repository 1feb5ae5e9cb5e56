package dev.acceld.probe.nvidia;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.nvidia.mig.NvmlOpener;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.selftest.DeviceSelfTest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * NVML's only cheap test: it reads a GPU's infoROM from the flash and verifies the checksums. A
 * partition is tested by its GPU.
 *
 * <p>Each test opens the library for itself, as {@link dev.acceld.probe.nvidia.mig.MigControl}
 * does, and closes it: nothing is left open for a release to wait for.
 */
final class InforomCheck implements DeviceSelfTest {
  private static final int UUID_LENGTH = 96;

  private final NvmlOpener opener;

  InforomCheck(NvmlOpener opener) {
    this.opener = opener;
  }

  @Override
  public String describe() {
    return Symbol.VALIDATE_INFOROM.function();
  }

  @Override
  public boolean canTest(Device device) {
    return device.common().pci().isPresent() && uuid(device).isPresent();
  }

  private static Optional<String> uuid(Device device) {
    return switch (device) {
      case Gpu gpu -> Optional.of(gpu.uuid()).filter(uuid -> !uuid.isEmpty());
      case MigDevice mig -> Optional.of(mig.parentUuid());
      default -> Optional.empty();
    };
  }

  @Override
  public Result run(Device device) {
    Optional<PciAddress> address = device.common().pci();
    Optional<String> uuid = uuid(device);
    if (address.isEmpty() || uuid.isEmpty()) {
      return new Result.Unknown("it has no known UUID or PCI address");
    }
    Nvml nvml;
    try {
      nvml = opener.open();
    } catch (ProbeUnavailableException | ProbeFailedException e) {
      return new Result.Unknown(String.valueOf(e.getMessage()));
    }
    try {
      Optional<Set<PciAddress>> only = opener.only();
      if (only.isPresent() && !only.get().contains(address.get())) {
        return new Result.Unknown("it is released ('acceld release --back' takes it back)");
      }
      Pointer gpu = find(nvml, address.get(), uuid.get());
      return gpu == null
          ? new Result.Unknown("NVIDIA's driver gives no access to " + uuid.get())
          : meaning(nvml.act(Symbol.VALIDATE_INFOROM, gpu));
    } finally {
      nvml.shutdown();
      nvml.close();
    }
  }

  /** By its place: by index or UUID, all GPUs before it would be opened, too. */
  private static @Nullable Pointer find(Nvml nvml, PciAddress address, String uuid) {
    Memory out = new Memory(8);
    if (!nvml.deviceByPci(address.toString(), out).ok()) {
      return null;
    }
    Pointer gpu = out.getPointer(0);
    Memory text = new Memory(UUID_LENGTH);
    boolean same =
        nvml.text(Symbol.UUID, gpu, text).ok() && Nvml.string(text, 0, UUID_LENGTH).equals(uuid);
    return same ? gpu : null;
  }

  private Result meaning(NvmlReturn answer) {
    return switch (answer) {
      case SUCCESS -> new Result.Passed();
      case CORRUPTED_INFOROM -> new Result.Failed(NvidiaHealthRules.CORRUPTED_INFOROM);
      default -> new Result.Unknown(describe() + ": " + answer);
    };
  }
}
