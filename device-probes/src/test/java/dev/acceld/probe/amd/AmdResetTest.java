package dev.acceld.probe.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.host.HostProcesses;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmdResetTest {
  private static final String AT = "0000:05:00.0";
  private static final Duration WITHIN = Duration.ofSeconds(5);

  @TempDir Path root;
  private AmdTree tree;
  private AmdReset reset;

  @BeforeEach
  void plant() {
    tree = new AmdTree(root).mi210(AT);
    reset = new AmdReset(tree.host(), new Holders(new HostProcesses(tree.host())));
  }

  private Device gpu() throws Exception {
    return new AmdProbe(tree.host(), AmdOptions.NONE).discover().devices().getFirst();
  }

  @Test
  void theDriverLetsGoBeforeTheResetAndTakesOverAfter() throws Exception {
    assertThat(reset.refusal(gpu())).isEmpty();
    List<String> said = reset.reset(gpu(), WITHIN);
    assertThat(said)
        .containsExactly(
            "amdgpu was unbound from " + AT,
            "PCI function " + AT + " was reset (reset_method: flr bus)",
            "amdgpu was bound to " + AT);
    assertThat(tree.text(AmdTree.device(AT) + "reset")).isEqualTo("1");
    assertThat(tree.text("/sys/bus/pci/drivers/amdgpu/unbind")).isEqualTo(AT);
    assertThat(tree.text("/sys/bus/pci/drivers/amdgpu/bind")).isEqualTo(AT);
  }

  /** Without a driver nobody could use it any more. */
  @Test
  void theDriverTakesOverAlsoAfterAFailure() throws Exception {
    Device gpu = gpu();
    tree.tree.remove(AmdTree.device(AT) + "reset");
    assertThatThrownBy(() -> reset.reset(gpu, WITHIN))
        .isInstanceOf(ResetFailedException.class)
        .hasMessageContaining("/reset failed");
    assertThat(tree.text("/sys/bus/pci/drivers/amdgpu/bind")).isEqualTo(AT);
  }

  @Test
  void oneWithoutADriverIsResetAndOneOfAnotherIsRefused() throws Exception {
    tree.tree.remove(AmdTree.device(AT) + "driver");
    Device bare = gpu();
    assertThat(reset.refusal(bare)).isEmpty();
    reset.reset(bare, WITHIN);
    assertThat(tree.text("/sys/bus/pci/drivers_probe")).isEqualTo(AT);
    tree.tree.driver(AT, "vfio-pci");
    assertThat(reset.refusal(bare).orElse("")).contains("it is bound to vfio-pci");
  }

  @Test
  void oneWithVirtualFunctionsIsRefused() throws Exception {
    Device gpu = gpu();
    tree.set(AT, "sriov_numvfs", "2\n");
    assertThat(reset.refusal(gpu).orElse("")).contains("virtual functions (2)", "sriov_numvfs");
    assertThatThrownBy(() -> reset.reset(gpu, WITHIN)).hasMessageContaining("virtual functions");
    assertThat(tree.text("/sys/bus/pci/drivers/amdgpu/unbind")).isEmpty();
  }

  @Test
  void oneThatIsLinkedToOthersIsRefused() throws Exception {
    tree.mi300x("0000:0c:00.0", 9).mi300x("0000:14:00.0", 9).mi300x("0000:1c:00.0", 8);
    List<Device> gpus = new AmdProbe(tree.host(), AmdOptions.NONE).discover().devices();
    assertThat(reset.refusal(gpus.get(0))).isEmpty();
    assertThat(reset.refusal(gpus.get(1)).orElse(""))
        .contains("XGMI may link it to other GPUs", "amd-smi reset --gpureset");
    // Of its hive no other is seen, which may have no driver.
    assertThat(reset.refusal(gpus.get(3)).orElse("")).contains("XGMI");
  }

  /** Where the compute driver says nothing of links, the driver itself may. */
  @Test
  void whatIsNotKnownToBeAloneIsRefused() throws Exception {
    tree.gpu("0000:0c:00.0", "0x738c", "0x038000");
    List<Device> gpus = new AmdProbe(tree.host(), AmdOptions.NONE).discover().devices();
    assertThat(reset.refusal(gpus.get(1))).isEmpty();
    tree.set("0000:0c:00.0", "xgmi_hive_info/xgmi_hive_id", "5\n");
    assertThat(reset.refusal(gpus.get(1)).orElse("")).contains("XGMI");
  }

  /** Without a driver nothing tells what a GPU is linked to, unless there is no other. */
  @Test
  void withoutADriverOnlyTheOnlyGpuIsKnownToBeAlone() throws Exception {
    PciAddress at = PciAddress.parse(AT).orElseThrow();
    tree.tree.remove(AmdTree.device(AT) + "driver");
    tree.tree.remove("/sys/class/kfd/kfd/topology/nodes/1");
    assertThat(XgmiHive.isAlone(at, tree.host())).isTrue();
    tree.tree.pci("0000:06:00.0", "pci0000:00", "0x1002", "0xab38", "0x040300"); // sound
    assertThat(XgmiHive.isAlone(at, tree.host())).isTrue();
    tree.gpu("0000:0c:00.0", "0x738c", "0x038000");
    assertThat(XgmiHive.isAlone(at, tree.host())).isFalse();
    assertThat(reset.refusal(gpu()).orElse("")).contains("XGMI");
    tree.tree.driver(AT, "vfio-pci");
    assertThat(XgmiHive.isAlone(at, tree.host())).isFalse();
  }

  @Test
  void whatTheAgentMayNotWriteIsRefused() throws Exception {
    tree.tree.remove("/sys/bus/pci/drivers/amdgpu/unbind");
    assertThat(reset.refusal(gpu()).orElse(""))
        .contains("may not write to /sys/bus/pci/drivers/amdgpu/unbind", "reboot the node");
  }

  @Test
  void whoHasMemoryOnTheGpuHoldsIt() throws Exception {
    assertThat(reset.holders(gpu())).isEmpty(); // the host's processes cannot be seen
    tree.tree.file("/proc/2/comm", "kthreadd\n");
    tree.tree.link("/proc/1/fd/0", "/dev/null");
    tree.tree.file("/proc/41/comm", "train\n");
    tree.tree.file("/proc/42/comm", "other\n");
    tree.tree.file("/proc/43/comm", "display\n");
    tree.tree.link("/proc/43/fd/7", "/dev/dri/renderD128");
    assertThat(tree.text("/sys/class/kfd/kfd/topology/nodes/1/gpu_id").strip()).isEqualTo("1001");
    tree.tree.file("/sys/class/kfd/kfd/proc/41/vram_1001", "4096\n");
    tree.tree.file("/sys/class/kfd/kfd/proc/42/vram_1001", "0\n");
    tree.tree.file("/sys/class/kfd/kfd/proc/42/vram_1002", "4096\n");
    assertThat(reset.holders(gpu()).orElseThrow())
        .extracting(Holder::command)
        .containsExactlyInAnyOrder("train", "display");
  }
}
