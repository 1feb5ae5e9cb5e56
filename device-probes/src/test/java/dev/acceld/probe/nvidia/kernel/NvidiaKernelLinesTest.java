package dev.acceld.probe.nvidia.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.KernelMessage;
import dev.acceld.vendor.KernelMessage.Ending;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as they are in NVIDIA's documents and in public reports, with addresses of our own. */
class NvidiaKernelLinesTest {
  private final NvidiaKernelLines lines = new NvidiaKernelLines();

  /** The facts as {@code name=value;…}. */
  private static String facts(KernelMessage message) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(message.facts()).forEach((k, v) -> text.append(k + "=" + v + ";"));
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "NVRM: Xid (PCI:0000:0f:00): 79, GPU has fallen off the bus.|79|0000:0f:00.0|-",
        "NVRM: Xid (PCI:0000:0f:00): 79, pid=1234, name=python3, GPU has fallen off the bus."
            + "|79|0000:0f:00.0|pid=1234;process=python3;",
        "NVRM: Xid (PCI:0000:0f:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the"
            + " bus.|79|0000:0f:00.0|-",
        "NVRM: Xid (PCI:0000:CB:00): 13, pid=<unknown>, name=<unknown>, Graphics SM Warp Exception"
            + " on (GPC 7, TPC 7, SM 0): Illegal Instruction Parameter|13|0000:cb:00.0|-",
        "NVRM: Xid (PCI:0000:01:00): 79, |79|0000:01:00.0|-",
        "NVRM: Xid (PCI:0000:83:00): 48|48|0000:83:00.0|-",
        "NVRM: Xid (0000:03:00): 8, Channel 00000010|8|0000:03:00.0|-",
        "NVRM: Xid (PCI:0000:03:00.0): 62, 0a1b|62|0000:03:00.0|-",
        "NVRM: Xid (PCI:00010000:03:00): 62, 0a1b|62|10000:03:00.0|-",
        "NVRM: Xid (PCI:0000:01:00): 79, pid=1122, GPU has fallen off the bus.|79|0000:01:00.0"
            + "|pid=1122;",
        "NVRM: Xid (PCI:0000:01:00): 31, pid=7, name=a,b, Ch 0000000a, intr 00000000. MMU Fault"
            + "|31|0000:01:00.0|pid=7;process=a,b;",
        "NVRM: Xid (PCI:0000:01:00 GPU-I:05): 94, pid=7194, Contained: CE User Channel (0x9). RST:"
            + " No, D-RST: No|94|0000:01:00.0|gpuInstance=05;pid=7194;",
        "NVRM: Xid (PCI:0000:3b:00 GPU-I:01 GPU-CI:02): 13, pid=9, name=a, Graphics Exception"
            + "|13|0000:3b:00.0|computeInstance=02;gpuInstance=01;pid=9;process=a;",
        "NVRM: Xid (PCI:0004:01:00): 119, pid=430, name=nv_queue, Timeout waiting for RPC from GSP!"
            + "|119|0004:01:00.0|pid=430;process=nv_queue;",
        "NVRM: Xid (PCI:0018:01:00): 149, NETIR_LINK_EVT Fatal XC0 i0 Link 08 (0x004505c6"
            + " 0x00000000 0x00000000 0x00000000 0x00000000 0x00000000)|149|0018:01:00.0"
            + "|link=8;severity=fatal;subCode=4;unit=NETIR_LINK_EVT;words=0x004505c6 0x00000000"
            + " 0x00000000 0x00000000 0x00000000 0x00000000;",
        "NVRM: Xid (PCI:0018:01:00): 149, NETIR Fatal XC0 i0 Link -1 (0x000fe406 0x00000000)"
            + "|149|0018:01:00.0"
            + "|link=-1;severity=fatal;subCode=0;unit=NETIR;words=0x000fe406 0x00000000;",
        "NVRM: Xid (PCI:0000:04:00): 144, SAW_MVB Nonfatal XC0 i0 Link 00 (0x00000001 0x00000001"
            + " 0x00000000 0x00000000)|144|0000:04:00.0"
            + "|link=0;severity=nonfatal;subCode=0;unit=SAW_MVB;words=0x00000001 0x00000001"
            + " 0x00000000 0x00000000;",
        "NVRM: Xid (PCI:0000:04:00): 149, pid=33, name=nccl, NETIR_LINK_EVT Fatal XC1 i2 Link 17"
            + " (0x025001c6)|149|0000:04:00.0"
            + "|link=17;pid=33;process=nccl;severity=fatal;subCode=37;unit=NETIR_LINK_EVT;"
            + "words=0x025001c6;",
        "NVRM: Xid (PCI:0000:5f:00): 145, RLW_REMAP Nonfatal XC0 i0 Link 02|145|0000:5f:00.0"
            + "|link=2;severity=nonfatal;unit=RLW_REMAP;"
      })
  void anXidIsReadWithAllThatTheLineTells(String line, long xid, String at, String facts) {
    KernelMessage message = lines.read(line).orElseThrow();
    assertThat(message.rule()).isEqualTo("xid");
    assertThat(message.fault().map(FaultCode::common)).contains(NvidiaHealthRules.xid(xid));
    assertThat(message.about().orElseThrow()).hasToString(at);
    assertThat(facts(message)).isEqualTo(facts == null ? "" : facts);
    assertThat(message.ending()).isEqualTo(Ending.NOTHING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "149, NETIR_LINK_EVT Fatal XC0 i0 Link 08 (0x025001c6 0x00000000)"
            + "|xid-149.netir-link-evt.37",
        "145, RLW_REMAP Nonfatal XC0 i0 Link 02|xid-145",
        "145, RLW_REMAP Nonfatal XC0 i0 Link 02 (0x00000004 0x00000001 0x0)|xid-145.rlw-remap.1",
        "146, TLW_RX_PIPE0 Fatal XC0 i0 Link 02 (0x00000006 0x00000004)|xid-146.tlw-rx.4",
        "147, TREX/X Fatal XC0 i0 Link 02 (0x00100000 0x1)|xid-147",
        "149, something new|xid-149",
        "79, RLW_REMAP Nonfatal XC0 i0 Link 02|xid-79"
      })
  void anErrorOfNvlink5HasASubCode(String line, String signal) {
    assertThat(
            lines
                .read("NVRM: Xid (PCI:0000:04:00): " + line)
                .orElseThrow()
                .fault()
                .orElseThrow()
                .signal())
        .isEqualTo(signal);
  }

  @Test
  void theWordNoneOfXid154SaysThatEarlierOnesAreOver() {
    KernelMessage asks =
        lines
            .read(
                "NVRM: Xid (PCI:0008:01:00): 154, GPU recovery action changed from 0x0 (None) to"
                    + " 0x2 (Node Reboot Required)")
            .orElseThrow();
    assertThat(asks.ending()).isEqualTo(Ending.NOTHING);
    assertThat(asks.facts()).isEqualTo(Map.of("recoveryAction", "Node Reboot Required"));
    assertThat(
            lines
                .read(
                    "NVRM: Xid (PCI:0008:01:00): 154, GPU recovery action changed from 0x1 (GPU"
                        + " Reset Required) to 0x0 (None)")
                .orElseThrow()
                .ending())
        .isEqualTo(Ending.DEVICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024",
        "NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build"
      })
  void theDriversLoadingSaysThatEverythingEarlierIsOver(String line) {
    KernelMessage message = lines.read(line).orElseThrow();
    assertThat(message.ending()).isEqualTo(Ending.VENDOR);
    assertThat(message.about()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NVRM: GPU 0000:0f:00.0: GPU has fallen off the bus.|nvrm|0000:0f:00.0",
        "NVRM: GPU 0000:0f:00.0: RmInitAdapter failed! (0x25:0xffff:1482)|nvrm|0000:0f:00.0",
        "NVRM: GPU at PCI:0000:0f:00: GPU-5a1b8b5e-0000-1111-2222-333344445555|nvrm|0000:0f:00.0",
        "NVRM: The NVIDIA GPU 0000:0f:00.0|nvrm|0000:0f:00.0",
        "nvidia-nvswitch3: SXid (PCI:0000:05:00.0): 12028, Non-fatal, Link 32 egress non-posted PRIV"
            + " error (First)|sxid|0000:05:00.0"
      })
  void otherLinesBelongToTheirDevice(String line, String rule, String at) {
    KernelMessage message = lines.read(line).orElseThrow();
    assertThat(message.rule()).isEqualTo(rule);
    assertThat(message.about().orElseThrow()).hasToString(at);
    assertThat(message.fault()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVRM: Xid (PCI:0000:0f:00): abc, pid=1",
        "NVRM: Xid (PCI:0000:0f:00): 1234, four digits",
        "NVRM: Xid (PCI:zz00:0f:00): 79, text",
        "NVRM: Xid",
        "NVRM: RmInitAdapter failed! (0x25:0xffff:1482)",
        "a program prints NVRM: Xid (PCI:0000:0f:00): 79, text",
        "nvidia-nvlink: Nvlink Core is being initialized, major device number 509"
      })
  void anythingElseIsNone(String line) {
    assertThat(lines.read(line)).isEmpty();
  }
}
