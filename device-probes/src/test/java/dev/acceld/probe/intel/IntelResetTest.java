package dev.acceld.probe.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Device;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostProcesses;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.intel.drm.DrmQuery;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import dev.acceld.reset.UnboundDeviceReset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntelResetTest {
  private static final String AT = "0000:03:00.0";
  private static final String DRIVER = "/sys/bus/pci/drivers/xe";
  private static final Duration TIME = Duration.ofSeconds(5);

  @TempDir Path root;
  private IntelTree tree;
  private UnboundDeviceReset reset;
  private Device gpu;

  @BeforeEach
  void plant() throws Exception {
    tree = new IntelTree(root).b60(AT, 0);
    tree.tree
        .file(IntelTree.device(AT) + "/reset", "")
        .file(DRIVER + "/unbind", "")
        .file(DRIVER + "/bind", "")
        .file("/sys/bus/pci/drivers_probe", "");
    reset =
        new UnboundDeviceReset(
            tree.host(),
            Vendor.INTEL,
            IntelNodes.DRIVERS,
            new Holders(new HostProcesses(tree.host())));
    Fakes.HandClock clock = new Fakes.HandClock();
    gpu =
        new IntelProbe(tree.host(), DrmQuery.NONE, clock::instant, clock::nanos)
            .discover()
            .devices()
            .getFirst();
  }

  private String written(String path) throws Exception {
    return Files.readString(root.resolve(path.substring(1)));
  }

  @Test
  void theDriverIsUnboundWhileTheFunctionIsReset() throws Exception {
    assertThat(reset.canReset(gpu)).isTrue();
    assertThat(reset.canReset(Fakes.gpu("gpu-0"))).isFalse();
    assertThat(reset.refusal(gpu)).isEmpty();
    assertThat(reset.reset(gpu, TIME))
        .containsExactly(
            "xe was unbound from " + AT,
            "PCI function " + AT + " was reset",
            "xe was bound to " + AT);
    assertThat(written(DRIVER + "/unbind")).isEqualTo(AT);
    assertThat(written(IntelTree.device(AT) + "/reset")).isEqualTo("1");
    assertThat(written(DRIVER + "/bind")).isEqualTo(AT);
  }

  @Test
  void aDriverThatDoesNotLetGoKeepsTheFunctionFromBeingReset() throws Exception {
    tree.tree.remove(DRIVER + "/unbind").file(DRIVER + "/unbind/directory", "");
    assertThatThrownBy(() -> reset.reset(gpu, TIME))
        .isInstanceOf(ResetFailedException.class)
        .hasMessageContaining("unbind");
    assertThat(written(IntelTree.device(AT) + "/reset")).isEmpty();
    assertThat(written(DRIVER + "/bind")).as("it may have let go all the same").isEqualTo(AT);
  }

  /** As an agent leaves it that ends in the middle of a repair; its successor knows no more. */
  @Test
  void oneThatLostItsDriverIsRepaired() throws Exception {
    tree.tree.remove(IntelTree.device(AT) + "/driver");
    Fakes.HandClock clock = new Fakes.HandClock();
    Device bare =
        new IntelProbe(tree.host(), DrmQuery.NONE, clock::instant, clock::nanos)
            .discover()
            .devices()
            .getFirst();
    assertThat(bare.common().offered()).isFalse();
    assertThat(reset.canReset(bare)).isTrue();
    assertThat(reset.refusal(bare)).isEmpty();
    assertThat(reset.reset(bare, TIME)).hasSize(2);
    assertThat(written("/sys/bus/pci/drivers_probe")).isEqualTo(AT);
    tree.tree.remove(DRIVER);
    assertThat(reset.refusal(bare).orElseThrow()).contains("it has no driver; load i915 or xe");
  }

  @Test
  void theDriverIsBoundAgainAlsoWhenTheResetFails() throws Exception {
    tree.tree
        .remove(IntelTree.device(AT) + "/reset")
        .file(IntelTree.device(AT) + "/reset/directory", "");
    assertThatThrownBy(() -> reset.reset(gpu, TIME)).hasMessageContaining("reset");
    assertThat(written(DRIVER + "/bind")).isEqualTo(AT);
  }

  @Test
  void aRefusalNamesTheRemedy() {
    tree.tree.remove(DRIVER + "/unbind");
    assertThat(reset.refusal(gpu).orElseThrow())
        .contains("/sys/bus/pci/drivers/xe/unbind", "reboot the node");
    tree.tree.remove(IntelTree.device(AT) + "/driver").driver(AT, "vfio-pci");
    assertThat(reset.refusal(gpu).orElseThrow()).contains("bound to vfio-pci");
    tree.tree.remove(IntelTree.device(AT));
    assertThat(reset.refusal(gpu).orElseThrow()).contains("is not on the bus");
  }
}
