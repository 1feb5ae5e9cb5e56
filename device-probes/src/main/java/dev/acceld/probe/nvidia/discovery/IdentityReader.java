package dev.acceld.probe.nvidia.discovery;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Numbers;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.session.NvmlCallException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * Asks NVML who a GPU is. Only the UUID is indispensable; what else cannot be had is empty. An
 * answer that means the GPU or the library is gone ends the reading, for nothing after it counts.
 */
final class IdentityReader {
  private final Nvml nvml;
  private final Memory out = new Memory(Layout.room(128));
  private final Memory second = new Memory(8);
  private final CapabilitiesReader traits;

  IdentityReader(Nvml nvml) {
    this.nvml = nvml;
    this.traits = new CapabilitiesReader(nvml);
  }

  DriverVersions versions() {
    String driver = nvml.systemDriverVersion(out).ok() ? Nvml.string(out, 0, 80) : "";
    Optional<String> cuda = Optional.empty();
    if (nvml.systemCudaDriverVersion(out).ok()) {
      int version = out.getInt(0);
      cuda = Optional.of(version / 1000 + "." + version % 1000 / 10);
    }
    return new DriverVersions(driver, cuda);
  }

  String uuid(Pointer gpu) throws NvmlCallException {
    NvmlReturn answer = nvml.text(Symbol.UUID, gpu, out);
    if (!answer.ok()) {
      throw new NvmlCallException(Symbol.UUID.function(), answer);
    }
    return Nvml.string(out, 0, (int) out.size());
  }

  GpuIdentity read(int index, Pointer gpu, String uuid) throws NvmlCallException {
    // Memory first: it asks the hardware, while names may come from what the library remembers.
    OptionalLong memory = memory(gpu);
    return new GpuIdentity(
        number(Symbol.INDEX, gpu).orElse(index),
        number(Symbol.MINOR, gpu),
        uuid,
        text(Symbol.NAME, gpu).orElse("NVIDIA GPU"),
        text(Symbol.SERIAL, gpu).filter(s -> !s.equals("0")),
        pci(gpu),
        word(number(Symbol.BRAND, gpu), NvmlNames::brand),
        word(number(Symbol.ARCHITECTURE, gpu), NvmlNames::architecture),
        computeCapability(gpu),
        addressingMode(gpu),
        memory,
        traits.read(gpu));
  }

  private OptionalLong memory(Pointer gpu) throws NvmlCallException {
    out.setInt(0, Layout.MemoryV2.VERSION);
    if (ok(Symbol.MEMORY_INFO_V2, nvml.get(Symbol.MEMORY_INFO_V2, gpu, out))) {
      return positive(out.getLong(Layout.MemoryV2.TOTAL));
    }
    return ok(Symbol.MEMORY_INFO, nvml.get(Symbol.MEMORY_INFO, gpu, out))
        ? positive(out.getLong(Layout.Memory.TOTAL))
        : OptionalLong.empty();
  }

  private Optional<PciAddress> pci(Pointer gpu) throws NvmlCallException {
    return ok(Symbol.PCI_INFO, nvml.get(Symbol.PCI_INFO, gpu, out))
        ? PciAddress.parse(Nvml.string(out, Layout.PciInfo.BUS_ID, Layout.PciInfo.BUS_ID_LENGTH))
        : Optional.empty();
  }

  private Optional<String> computeCapability(Pointer gpu) throws NvmlCallException {
    return ok(Symbol.COMPUTE_CAPABILITY, nvml.get(Symbol.COMPUTE_CAPABILITY, gpu, out, second))
        ? Optional.of(out.getInt(0) + "." + second.getInt(0))
        : Optional.empty();
  }

  private Optional<String> addressingMode(Pointer gpu) throws NvmlCallException {
    out.setInt(0, Layout.AddressingMode.VERSION);
    out.setInt(Layout.AddressingMode.VALUE, 0);
    return ok(Symbol.ADDRESSING_MODE, nvml.get(Symbol.ADDRESSING_MODE, gpu, out))
        ? NvmlNames.addressingMode(out.getInt(Layout.AddressingMode.VALUE))
        : Optional.empty();
  }

  private Optional<String> text(Symbol symbol, Pointer gpu) throws NvmlCallException {
    return ok(symbol, nvml.text(symbol, gpu, out))
        ? Optional.of(Nvml.string(out, 0, (int) out.size())).filter(s -> !s.isEmpty())
        : Optional.empty();
  }

  private OptionalInt number(Symbol symbol, Pointer gpu) throws NvmlCallException {
    return ok(symbol, nvml.get(symbol, gpu, out)) && !Numbers.absent(out.getInt(0))
        ? OptionalInt.of(out.getInt(0))
        : OptionalInt.empty();
  }

  private static Optional<String> word(OptionalInt number, IntFunction<Optional<String>> words) {
    return number.isPresent() ? words.apply(number.getAsInt()) : Optional.empty();
  }

  private static OptionalLong positive(long bytes) {
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  /** Whether it succeeded; an answer that ends the reading is thrown. */
  static boolean ok(Symbol symbol, NvmlReturn answer) throws NvmlCallException {
    if (answer == NvmlReturn.GPU_IS_LOST || answer.stale()) {
      throw new NvmlCallException(symbol.function(), answer);
    }
    return answer.ok();
  }
}
