package dev.acceld.probe.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmdProbeTest {
  private static final String AT = "0000:05:00.0";
  private static final String OTHER = "0000:0c:00.0";
  private static final DeviceName NAME = new DeviceName("amd-0000-05-00-0");

  @TempDir Path root;
  private AmdTree tree;
  private AmdProbe probe;

  @BeforeEach
  void plant() {
    tree = new AmdTree(root);
    probe = new AmdProbe(tree.host(), AmdOptions.NONE);
  }

  private Map<String, AttributeValue> attributes(Device device) {
    return device.common().attributes();
  }

  @Test
  void anInstinctWithAllThatIsKnownOfIt() throws Exception {
    tree.mi300x(AT, 77).mi300x(OTHER, 77).set(AT, "product_name", "AMD Instinct MI300X OAM\n");
    tree.set(AT, "serial_number", "PCB-1\n");
    Discovery found = probe.discover();
    assertThat(found.problems()).isEmpty();
    assertThat(found.devices()).hasSize(2);
    Gpu gpu = (Gpu) found.devices().getFirst();
    assertThat(gpu.name()).isEqualTo(NAME);
    assertThat(gpu.common().vendor()).isEqualTo(Vendor.AMD);
    assertThat(gpu.type()).isEqualTo("gpu");
    assertThat(gpu.uuid()).isEqualTo("GPU-f000000000000005");
    assertThat(gpu.model()).isEqualTo("AMD Instinct MI300X OAM");
    assertThat(gpu.serial()).contains("PCB-1");
    assertThat(gpu.driverVersion()).isEqualTo("6.10.5");
    assertThat(gpu.common().capacities())
        .isEqualTo(
            Map.of(
                "memory", new Capacity(206_158_430_208L),
                "computeUnits", new Capacity(304),
                "simdUnits", new Capacity(1216)));
    assertThat(gpu.common().files())
        .containsExactly(
            DeviceFile.of("/dev/dri/renderD128", 226, 128),
            DeviceFile.of("/dev/dri/card0", 226, 0));
    assertThat(attributes(gpu))
        .containsEntry("type", AttributeValue.of("gpu"))
        .containsEntry("uuid", AttributeValue.of("GPU-f000000000000005"))
        .containsEntry("deviceID", AttributeValue.of("17293822569102704645"))
        .containsEntry("pciAddr", AttributeValue.of(AT))
        .containsEntry("cardIndex", AttributeValue.of(0))
        .containsEntry("renderIndex", AttributeValue.of(128))
        .containsEntry("family", AttributeValue.of("AI"))
        .containsEntry("architecture", AttributeValue.of("gfx942"))
        .containsEntry("acceld.dev/generation", AttributeValue.of("cdna3"))
        .containsEntry("productName", AttributeValue.of("AMD Instinct MI300X OAM"))
        .containsEntry("driverVersion", AttributeValue.version("6.10.5"))
        .containsEntry("driverSrcVersion", AttributeValue.of("0A1B2C3D4E5F60718293A4B"))
        .containsEntry("partitionProfile", AttributeValue.of("spx_nps1"))
        .containsEntry("acceld.dev/kind", AttributeValue.of("gpu"))
        .containsEntry("acceld.dev/vendor", AttributeValue.of("amd"))
        .containsEntry("acceld.dev/interconnect", AttributeValue.of("xgmi"))
        .containsEntry("xgmiHive", AttributeValue.of("000000000000004d"))
        .containsEntry("xgmiPeers", AttributeValue.of(1))
        .containsEntry("acceld.dev/bf16Teraflops", AttributeValue.of(1307))
        .containsEntry("resource.kubernetes.io/pciBusID", AttributeValue.of(AT))
        .containsEntry("resource.kubernetes.io/pcieRoot", AttributeValue.of("pci0000:00"))
        .containsEntry("resource.kubernetes.io/numaNode", AttributeValue.of(0));
    // The API server takes no more.
    assertThat(attributes(gpu).size() + gpu.common().capacities().size()).isLessThanOrEqualTo(32);
  }

  /** AMD's own driver leaves these out. */
  @Test
  void aGpuThatCannotBeDividedIsOffered() throws Exception {
    tree.mi210(AT).mi210(OTHER).set(AT, "current_compute_partition", "\n");
    assertThat(probe.discover().problems()).isEmpty();
    Device gpu = probe.discover().devices().getFirst();
    assertThat(gpu.common().offered()).isTrue();
    assertThat(((Gpu) gpu).model()).isEqualTo("AMD Instinct MI210");
    assertThat(attributes(gpu))
        .containsEntry("acceld.dev/interconnect", AttributeValue.of("pcie"))
        .containsEntry("architecture", AttributeValue.of("gfx90a"))
        .doesNotContainKeys("partitionProfile", "xgmiHive");
  }

  /** The kernel may know a GPU that its compute driver does not: sysfs tells the unique id. */
  @Test
  void oneThatTheComputeDriverDoesNotKnow() throws Exception {
    tree.gpu(AT, "0x73bf", "0x030000").set(AT, "unique_id", "18f4a2b3c4d5e6f7\n");
    tree.gpu(OTHER, "0x73bf", "0x030000").set(OTHER, "unique_id", "not a number\n");
    tree.energy(AT, 1).energy(OTHER, 1);
    List<Device> gpus = probe.discover().devices();
    assertThat(((Gpu) gpus.get(0)).uuid()).isEqualTo("GPU-18f4a2b3c4d5e6f7");
    assertThat(((Gpu) gpus.get(1)).uuid()).isEmpty();
    assertThat(((Gpu) gpus.get(0)).model()).isEqualTo("AMD GPU 73bf");
    assertThat(gpus.get(0).common().capacities()).containsOnlyKeys("memory");
    assertThat(attributes(gpus.get(1))).doesNotContainKey("uuid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no driver    | no driver is bound to 0000:05:00.0; load amdgpu",
        "vfio-pci     | 0000:05:00.0 is bound to vfio-pci; bind it to amdgpu",
        "no render    | amdgpu has made no render node for 0000:05:00.0",
        "silent       | PCI function 0000:05:00.0 does not respond",
        "CPX          | is in compute partition mode CPX, and this version offers whole GPUs only",
        "UNKNOWN      | the compute partition mode of 0000:05:00.0 cannot be read",
        "unreadable   | the compute partition mode of 0000:05:00.0 cannot be read",
      })
  void oneThatCannotBeUsedCostsItselfOnly(String what, String why) throws Exception {
    tree.mi300x(AT, 0).mi210(OTHER);
    switch (what) {
      case "no driver" -> tree.tree.remove(AmdTree.device(AT) + "driver");
      case "vfio-pci" -> {
        tree.tree.remove(AmdTree.device(AT) + "driver");
        tree.tree.driver(AT, "vfio-pci");
      }
      case "no render" -> tree.tree.remove(AmdTree.device(AT) + "drm/renderD128");
      case "silent" -> silence();
      case "unreadable" -> { // a directory
        tree.tree.remove(AmdTree.device(AT) + "current_compute_partition");
        tree.set(AT, "current_compute_partition/x", "");
      }
      default -> tree.set(AT, "current_compute_partition", what + "\n");
    }
    Discovery found = probe.discover();
    assertThat(found.unusable()).containsOnlyKeys(NAME);
    assertThat(found.unusable().get(NAME)).contains(why);
    assertThat(found.problems()).singleElement().asString().startsWith(NAME + ": ");
    assertThat(found.devices()).hasSize(2);
    assertThat(found.devices().get(0).common().offered()).isFalse();
    assertThat(found.devices().get(1).common().offered()).isTrue();
  }

  /** What the driver does not tell for a moment has not changed. */
  @Test
  void aPartitionModeThatCannotBeReadIsTheLastOne() throws Exception {
    tree.mi300x(AT, 0);
    probe.discover();
    for (String nothing : List.of("UNKNOWN\n", "\n")) {
      tree.set(AT, "current_compute_partition", nothing);
      tree.set(AT, "current_memory_partition", nothing);
      Discovery found = probe.discover();
      assertThat(found.problems()).isEmpty();
      assertThat(attributes(found.devices().getFirst()))
          .containsEntry("partitionProfile", AttributeValue.of("spx_nps1"));
      assertThat(probe.signals()).isEmpty();
    }
    tree.set(AT, "current_compute_partition", "DPX\n");
    probe.discover();
    assertThat(probe.signals()).singleElement().isInstanceOf(Signal.Lost.class);
  }

  private void silence() throws Exception {
    Files.write(
        root.resolve((AmdTree.device(AT) + "config").substring(1)), new byte[] {-1, -1, -1, -1});
  }

  @Test
  void withoutTheComputeDriverNoneCanBeUsed() throws Exception {
    tree.mi210(AT);
    tree.tree.remove("/sys/class/kfd/kfd/dev");
    assertThat(probe.discover().unusable().get(NAME)).contains("/dev/kfd is missing");
    assertThatThrownBy(() ->
            new AmdAccess(tree.host()).plan(probe.discover().devices(), AccessOptions.DEFAULT))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContaining("/dev/kfd is missing");
  }

  @Test
  void oneThatWasUsableIsLostAndComesBack() throws Exception {
    tree.mi300x(AT, 0);
    probe.discover();
    assertThat(probe.signals()).isEmpty();
    tree.tree.remove(AmdTree.device(AT) + "driver");
    Discovery found = probe.discover();
    assertThat(found.unusable()).isEmpty();
    assertThat(found.devices())
        .singleElement()
        .satisfies(d -> assertThat(d.common().offered()).isTrue());
    assertThat(probe.signals())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Lost.class, lost -> assertThat(lost.detail()).contains("no driver is bound"));
    tree.tree.driver(AT, "amdgpu");
    probe.discover();
    assertThat(probe.signals()).singleElement().isInstanceOf(Signal.Answers.class);
  }

  /** Noticed at once, and not only at the next discovery. */
  @Test
  void oneThatFallsSilentOrLeavesTheBusIsLost() throws Exception {
    tree.mi300x(AT, 0).mi210(OTHER);
    probe.discover();
    silence();
    tree.tree.remove("/sys/bus/pci/devices/" + OTHER);
    assertThat(probe.signals())
        .extracting(signal -> ((Signal.Lost) signal).detail())
        .containsExactly(AmdFiles.silent(AT), "PCI function " + OTHER + " has left the bus");
    assertThat(probe.signals()).isEmpty();
  }

  @Test
  void otherFunctionsAreNoGpus() {
    tree.tree.pci(AT, "pci0000:00", "0x1002", "0xab38", "0x040300"); // sound
    tree.tree.pci(OTHER, "pci0000:00", "0x10de", "0x2330", "0x030200");
    assertThatThrownBy(() -> probe.discover())
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessageContaining("no AMD GPU on this machine");
  }

  /** A person who looks for accelerators does not expect the graphics of the processor. */
  @Test
  void integratedGraphicsAreLeftOutUnlessTheyAreWanted() throws Exception {
    tree.gpu(AT, "0x164e", "0x030000");
    tree.metrics(AT, AmdTree.blank(1, 120).put(2, (byte) 2));
    assertThatThrownBy(() -> probe.discover())
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessageContaining("(0000:05:00.0); --amd-integrated-gpus=true offers them");
    assertThat(new AmdProbe(tree.host(), AmdOptions.ANYTHING).discover().devices()).hasSize(1);
    tree.mi210(OTHER);
    assertThat(probe.discover().devices())
        .extracting(Device::name)
        .containsExactly(AmdGpus.nameOf(PciAddress.parse(OTHER).orElseThrow()));
  }

  /** MI300A: processor and GPU in one package, and an accelerator all the same. */
  @Test
  void whereThereAreNoMetricsTheComputeDriverTellsIntegratedGraphics() throws Exception {
    tree.radeon(AT);
    sharesItsNodeWithProcessorCores();
    assertThatThrownBy(() -> probe.discover()).isInstanceOf(ProbeUnavailableException.class);
    tree.energy(AT, 1);
    assertThat(probe.discover().devices()).hasSize(1);
  }

  private void sharesItsNodeWithProcessorCores() {
    String properties = "/sys/class/kfd/kfd/topology/nodes/1/properties";
    tree.tree.file(
        properties, tree.text(properties).replace("cpu_cores_count 0", "cpu_cores_count 8"));
  }

  @Test
  void anInstinctIsNeverIntegrated() throws Exception {
    tree.gpu(OTHER, "0x74b0", "0x120000").mi300x(AT, 0);
    tree.metrics(AT, AmdTree.blank(1, 120).put(2, (byte) 2));
    tree.metrics(OTHER, AmdTree.blank(1, 120).put(2, (byte) 2));
    assertThat(probe.discover().devices()).hasSize(2);
  }

  /** A read that fails once makes nothing else of a device. */
  @Test
  void whatADeviceIsStaysWhatItIs() throws Exception {
    tree.radeon(AT).energy(AT, 1);
    sharesItsNodeWithProcessorCores();
    tree.gpu(OTHER, "0x164e", "0x038000");
    tree.metrics(OTHER, AmdTree.blank(1, 120).put(2, (byte) 2));
    assertThat(probe.discover().devices()).extracting(Device::name).containsExactly(NAME);
    tree.tree.remove(AmdTree.device(AT) + "gpu_metrics");
    tree.tree.remove(AmdTree.device(OTHER) + "gpu_metrics");
    assertThat(probe.discover().devices()).extracting(Device::name).containsExactly(NAME);
    tree.tree.remove("/sys/class/kfd/kfd/topology/nodes/1");
    assertThat(probe.discover().devices()).extracting(Device::name).containsExactly(NAME);
    assertThat(probe.signals()).isEmpty();
  }

  @Test
  void aGpuThatWasUsableIsOneWithoutAnyMetrics() throws Exception {
    tree.radeon(AT);
    probe.discover();
    tree.tree.remove("/sys/class/kfd/kfd/topology/nodes/1");
    assertThat(probe.discover().devices()).extracting(Device::name).containsExactly(NAME);
  }

  /** The display of a server's management controller, or graphics without their driver. */
  @Test
  void aPlainDisplayIsNoAccelerator() throws Exception {
    tree.tree.pci(AT, "pci0000:00", "0x1002", "0x515e", "0x030000");
    assertThatThrownBy(() -> probe.discover())
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessage(
            "no AMD GPU on this machine but display controllers that the compute driver does not"
                + " know (0000:05:00.0)");
    tree.tree.driver(AT, "radeon");
    tree.mi210(OTHER);
    Discovery found = probe.discover();
    assertThat(found.problems()).isEmpty();
    assertThat(found.devices()).hasSize(1);
    assertThat(new AmdModule().onBus(tree.host())).hasToString("[" + OTHER + "]");
  }

  @Test
  void aContainerGetsTheComputeDriverBesideTheGpusOwnFiles() throws Exception {
    tree.mi300x(AT, 0);
    ContainerAccess access =
        new AmdAccess(tree.host()).plan(probe.discover().devices(), AccessOptions.DEFAULT);
    assertThat(access.files()).containsExactly(DeviceFile.of("/dev/kfd", 235, 0));
    assertThat(access.env()).isEmpty();
    assertThat(access.mounts()).isEmpty();
    assertThat(new AmdModule().inContainer().needs().paths(tree.host()))
        .isEqualTo(Map.of(NAME.value(), Set.of("/dev/dri/renderD128", "/dev/dri/card0")));
  }

  @Test
  void aDevicePluginCallsAGpuByItsPlace() throws Exception {
    tree.mi300x(AT, 0);
    Device gpu = probe.discover().devices().getFirst();
    AmdModule module = new AmdModule();
    assertThat(module.isPluginId(gpu, AT)).isTrue();
    assertThat(module.isPluginId(gpu, OTHER)).isFalse();
    assertThat(module.isPluginId(gpu, "amdgpu_xcp_1")).isFalse();
    assertThat(module.onBus(tree.host())).hasToString("[" + AT + "]");
  }
}
