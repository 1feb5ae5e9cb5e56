package dev.acceld.probe.nvidia.discovery;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.session.NvmlCallException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Asks NVML what a GPU can do and what it is connected to. Links are asked for once while a library
 * is open: some sixty calls a GPU, and a link that fails later is a matter of health.
 */
final class CapabilitiesReader {
  private static final int MOST_LINKS = 36;
  private static final int REMOTE_GPU = 0;
  private static final int REMOTE_SWITCH = 2;
  private static final int FABRIC_COMPLETED = 3;

  private final Nvml nvml;
  private final Memory out = new Memory(Layout.room(128));
  private final Memory second = new Memory(8);
  private final Map<Pointer, NvLinks> links = new HashMap<>();

  CapabilitiesReader(Nvml nvml) {
    this.nvml = nvml;
  }

  GpuCapabilities read(Pointer gpu) throws NvmlCallException {
    return new GpuCapabilities(
        module(gpu),
        both(Symbol.ECC_MODE, gpu) ? Optional.of(out.getInt(0) == 1) : Optional.empty(),
        both(Symbol.MIG_MODE, gpu),
        gpm(gpu),
        one(Symbol.C2C_MODE, gpu) ? Optional.of(out.getInt(0) == 1) : Optional.empty(),
        links(gpu),
        fabric(gpu));
  }

  private OptionalInt module(Pointer gpu) throws NvmlCallException {
    return one(Symbol.MODULE_ID, gpu) && out.getInt(0) >= 0
        ? OptionalInt.of(out.getInt(0))
        : OptionalInt.empty();
  }

  private Optional<Boolean> gpm(Pointer gpu) throws NvmlCallException {
    out.setInt(0, Layout.GpmSupport.VERSION);
    return one(Symbol.GPM_SUPPORT, gpu)
        ? Optional.of(out.getInt(Layout.GpmSupport.SUPPORTED) == 1)
        : Optional.empty();
  }

  private Optional<Fabric> fabric(Pointer gpu) throws NvmlCallException {
    out.setInt(0, Layout.FabricV.VERSION_2);
    if (!one(Symbol.FABRIC_INFO_V, gpu)
        || out.getByte(Layout.FabricV.STATE) != FABRIC_COMPLETED
        || out.getInt(Layout.FabricV.STATUS) != NvmlReturn.SUCCESS.code()) {
      return Optional.empty();
    }
    return Optional.of(
        Fabric.of(
            out.getByteArray(Layout.FabricV.CLUSTER_UUID, 16),
            out.getInt(Layout.FabricV.CLIQUE_ID)));
  }

  private NvLinks links(Pointer gpu) throws NvmlCallException {
    NvLinks known = links.get(gpu);
    if (known == null) {
      known = askForLinks(gpu);
      if (known.count() > 0) { // none may be up yet
        links.put(gpu, known);
      }
    }
    return known;
  }

  private NvLinks askForLinks(Pointer gpu) throws NvmlCallException {
    int count = 0;
    boolean toSwitch = false;
    Set<PciAddress> gpus = new HashSet<>();
    for (int link = 0; link < MOST_LINKS; link++) {
      NvmlReturn answer = nvml.get(Symbol.NVLINK_STATE, gpu, link, out);
      if (answer == NvmlReturn.INVALID_ARGUMENT || answer.never()) {
        break; // past the last one
      }
      if (!IdentityReader.ok(Symbol.NVLINK_STATE, answer) || out.getInt(0) != 1) {
        continue;
      }
      count++;
      int remote = link(Symbol.NVLINK_REMOTE_TYPE, gpu, link) ? out.getInt(0) : -1;
      toSwitch |= remote == REMOTE_SWITCH;
      if (remote == REMOTE_GPU && link(Symbol.NVLINK_REMOTE_PCI, gpu, link)) {
        PciAddress.parse(Nvml.string(out, Layout.PciInfo.BUS_ID, Layout.PciInfo.BUS_ID_LENGTH))
            .ifPresent(gpus::add);
      }
    }
    return new NvLinks(count, toSwitch, gpus);
  }

  private boolean link(Symbol symbol, Pointer gpu, int link) throws NvmlCallException {
    return IdentityReader.ok(symbol, nvml.get(symbol, gpu, link, out));
  }

  private boolean one(Symbol symbol, Pointer gpu) throws NvmlCallException {
    return IdentityReader.ok(symbol, nvml.get(symbol, gpu, out));
  }

  private boolean both(Symbol symbol, Pointer gpu) throws NvmlCallException {
    return IdentityReader.ok(symbol, nvml.get(symbol, gpu, out, second));
  }
}
