package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.PciAddress;
import dev.acceld.device.access.DeviceFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrmNodesTest {
  private static final PciAddress GPU = PciAddress.parse("0000:05:00.0").orElseThrow();
  private static final String DRM = "/sys/bus/pci/devices/0000:05:00.0/drm/";

  @TempDir Path root;
  private HostTree tree;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
    tree.pci("0000:05:00.0", "pci0000:00/0000:00:01.0", "0x1002", "0x74a1", "0x120000");
  }

  @Test
  void findsCardAndRenderNodeWithTheirNumbers() {
    tree.file(DRM + "card1/dev", "226:1\n");
    tree.file(DRM + "renderD129/dev", "226:129\n");
    tree.file(DRM + "controlD65/dev", "226:65\n");
    DrmNodes nodes = DrmNodes.of(tree.host(), GPU);
    assertThat(nodes.card()).hasValue(1);
    assertThat(nodes.render()).hasValue(129);
    assertThat(nodes.cardFile()).hasValue(DeviceFile.of("/dev/dri/card1", 226, 1));
    assertThat(nodes.renderFile()).hasValue(DeviceFile.of("/dev/dri/renderD129", 226, 129));
  }

  @Test
  void hasNoneWithoutADriver() {
    DrmNodes nodes = DrmNodes.of(tree.host(), GPU);
    assertThat(nodes.card()).isEmpty();
    assertThat(nodes.cardFile()).isEmpty();
    assertThat(nodes.render()).isEmpty();
    assertThat(nodes.renderFile()).isEmpty();
  }

  @Test
  void namesAFileWhoseNumbersAreNonsense() {
    tree.file(DRM + "renderD128/dev", "many:128");
    assertThat(DrmNodes.of(tree.host(), GPU).renderFile())
        .hasValue(DeviceFile.onHost("/dev/dri/renderD128"));
  }
}
