package dev.acceld.machine.nvidia;

import dev.acceld.machine.tree.KernelLog;
import java.util.Map;

/**
 * What NVIDIA's driver writes to the kernel's log with an XID, in the forms of its documents and of
 * public bug reports.
 */
public final class XidLines {
  private static final String NOBODY = "pid='<unknown>', name=<unknown>, ";

  /**
   * NVLink 5: unit, severity and words of an error that asks for a reset, as far as these are
   * known.
   */
  private static final Map<Integer, String> NVLINK =
      Map.of(
          144, "SAW_MVB Fatal XC0 i0 Link 00 (0x00000001 0x00000002 0x00000000 0x00000000)",
          145, "RLW_REMAP Fatal XC0 i0 Link 02 (0x00000004 0x00000040 0x00000000 0x00000000)",
          146, "TLW_RX Fatal XC0 i0 Link 04 (0x00000006 0x00000004 0x00000000 0x00000000)",
          147, "TREX Fatal XC0 i0 Link 05 (0x00000007 0x00000002 0x00000000 0x00000000)",
          148, "NVLPW_CTRL Fatal XC0 i0 Link 06 (0x00000008 0x00000001 0x00000000 0x00000000)",
          149, "NETIR_LINK_EVT Fatal XC0 i0 Link 08 (0x004505c6 0x00000000 0x00000000 0x00000000)",
          150, "MSE_WATCHDOG Fatal XC0 i0 Link -1 (0x00000009 0x00000000 0x00000000 0x00000000)");

  private static final Map<Integer, String> TEXTS =
      Map.of(
          13, "Graphics Exception: ESR 0x57c730=0xc04000b 0x57c734=0x24",
          31, "Ch 0000000a, intr 00000000. MMU Fault: ENGINE GRAPHICS faulted @ 0x2b57_b3000000",
          48, "An uncorrectable double bit error (DBE) has been detected on GPU in the framebuffer",
          79, "GPU has fallen off the bus.",
          94, "Contained: CE User Channel (0x9). RST: No, D-RST: No",
          95, "Uncontained: LTC TAG (0x2,0x0). RST: Yes, D-RST: No",
          109, "Ch 00000008, errorString CTX SWITCH TIMEOUT, Info 0x58005",
          119, "Timeout waiting for RPC from GSP!");

  private XidLines() {}

  /**
   * Writes the lines of an XID.
   *
   * @param pci the GPU's function
   */
  public static void write(KernelLog log, String pci, int xid) {
    String slot = pci.substring(0, pci.lastIndexOf('.'));
    String nvlink = NVLINK.get(xid);
    String text = nvlink == null ? NOBODY + TEXTS.getOrDefault(xid, "simulated by acceld") : nvlink;
    log.write(KernelLog.ERROR, "NVRM: Xid (PCI:" + slot + "): " + xid + ", " + text, "");
    if (xid == 79) {
      log.write(KernelLog.ERROR, "NVRM: GPU " + pci + ": GPU has fallen off the bus.", "");
    }
  }
}
