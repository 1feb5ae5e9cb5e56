package dev.acceld.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import dev.acceld.vendor.KernelLineRules;
import dev.acceld.vendor.KernelMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of the kernel's log, the lines in them, and how far the log was read. */
class KernelLogFuzz {
  private static final int MOST_RECORD = 512;
  private static final List<KernelLineRules> RULES = new ArrayList<>(KernelLineRules.all());

  static {
    RULES.add(new PciLines());
  }

  static List<byte[]> seeds() {
    return Inputs.seeds(
        "3,1207,5140900,-;NVRM: Xid (PCI:0000:0f:00 GPU-I:05 GPU-CI:02): 94, pid=7, name=a, text\n",
        "3,1,1,-,caller=T1;NVRM: Xid (PCI:0018:01:00): 149, NETIR_LINK_EVT Fatal XC0 i0 Link -1"
            + " (0x004505c6 0x00000000)\n",
        "3,1,1,-;NVRM: Xid (PCI:0000:0f:00): 154, GPU recovery action changed from 0x1 (GPU Reset"
            + " Required) to 0x0 (None)\n",
        "3,1,1,-;NVRM: GPU 0000:0f:00.0: GPU has fallen off the bus.\n",
        "3,1,1,-;nvidia-nvswitch3: SXid (PCI:0000:05:00.0): 12028, Non-fatal\n",
        "4,2,2,-;pcieport 0000:00:1c.0: AER: Corrected error received: 0000:17:00.0\n"
            + " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1c.0\n",
        "4,2,2,-;pcieport 0000:00:1c.0: AER: Corrected error received: id=ffff\n",
        "4,2,2,-;vfio-pci 0000:17:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Data"
            + " Link Layer, (Receiver ID)\n",
        "4,2,2,-;{1}[Hardware Error]:   device_id: 0000:17:00.0\n",
        "4,2,2,-;amdgpu 0000:c3:00.0: amdgpu: 1 uncorrectable hardware errors detected in umc\n",
        "4,2,2,-;xe 0000:03:00.0: [drm] *ERROR* CRITICAL: Xe has declared device 0000:03:00.0 as"
            + " wedged.\n",
        "6,999999999999999999,999999999999999999,c;\u001b[2J\u0000\u00ff\\x0a\n KEY=value\n\n",
        "boot 0d1e2f-1\nsequence 77\n",
        "boot 11\nsequence 04\n");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    KernelRecordFormat.read(bytes).ifPresent(KernelLogFuzz::check);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    KernelLogPosition.parse(text)
        .ifPresent(reached -> assertThat(KernelLogPosition.format(reached)).isEqualTo(text));
    String wholeAtOnce = split(bytes, bytes.length);
    assertThat(split(bytes, 7)).isEqualTo(wholeAtOnce);
  }

  private static void check(KernelRecord record) {
    assertThat(record.text()).matches("[ -~]*").hasSizeLessThanOrEqualTo(1024);
    assertThat(record.sequence()).isNotNegative();
    assertThat(record.micros()).isNotNegative();
    for (KernelLineRules rules : RULES) {
      rules.read(record.text()).ifPresent(KernelLogFuzz::check);
    }
  }

  private static void check(KernelMessage message) {
    assertThat(message.rule()).matches("[a-z0-9-]{1,32}");
    message
        .facts()
        .forEach((name, value) -> {
          assertThat(name).matches("[a-zA-Z]{1,32}");
          assertThat(value).matches("[ -~]{1,128}");
        });
    message.fault().ifPresent(code -> assertThat(code.signal()).isNotEmpty());
  }

  /** In pieces of that size; none is longer than a record may be. */
  private static String split(byte[] bytes, int size) {
    KernelFileSplitter splitter = new KernelFileSplitter(MOST_RECORD);
    List<byte[]> records = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += size) {
      int count = Math.min(size, bytes.length - from);
      byte[] piece = new byte[count];
      System.arraycopy(bytes, from, piece, 0, count);
      records.addAll(splitter.add(piece, count));
    }
    records.addAll(splitter.atEnd());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] record : records) {
      assertThat(record.length).isBetween(1, MOST_RECORD);
      assertThat(record[0]).isNotEqualTo((byte) ' ');
      all.writeBytes(record);
      all.write('|');
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }
}
