package dev.acceld.machine.drm;

import dev.acceld.machine.tree.Hardware.Drm;
import dev.acceld.machine.tree.KernelLog;

/** What the driver amdgpu writes to the kernel's log of memory errors (amdgpu_ras.c). */
final class RasLines {
  private RasLines() {}

  static void write(KernelLog log, Drm gpu, String block, String kind, int count) {
    if (count > 0) {
      String address = gpu.function().address();
      log.write(
          kind.equals("uncorrectable") ? KernelLog.ERROR : KernelLog.WARNING,
          "amdgpu %s: amdgpu: %d %s hardware errors detected in total in %s block"
              .formatted(address, count, kind, block),
          address);
    }
  }
}
