package dev.acceld.probe.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import dev.acceld.probe.intel.drm.DrmQuery.Answer;
import dev.acceld.probe.intel.drm.DrmQuery.CardMemory;
import dev.acceld.probe.intel.drm.DrmQuery.Unknown;
import dev.acceld.probe.intel.drm.DrmQuery.Wedged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntelProbeTest {
  private static final String FIRST = "0000:03:00.0";
  private static final String SECOND = "0000:07:00.0";
  private static final DeviceName GPU = new DeviceName("intel-0000-03-00-0");
  private static final DeviceName OTHER = new DeviceName("intel-0000-07-00-0");

  @TempDir Path root;
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private final Map<String, Answer> answers = new HashMap<>();
  private IntelTree tree;
  private IntelProbe probe;

  @BeforeEach
  void plant() {
    tree = new IntelTree(root).b60(FIRST, 0).b60(SECOND, 1);
    probe = probe();
  }

  private IntelProbe probe() {
    return new IntelProbe(
        tree.host(),
        (driver, render) -> answers.getOrDefault(render.path(), Unknown.INSTANCE),
        clock::instant,
        clock::nanos);
  }

  private List<Signal> look() throws ProbeUnavailableException {
    List<Device> devices = probe.discover().devices();
    clock.seconds(1);
    probe.read(devices);
    return probe.signals();
  }

  private Gpu gpu() throws ProbeUnavailableException {
    return (Gpu) probe.discover().devices().getFirst();
  }

  @Test
  void aCardIsOfferedWithWhatIsKnownOfIt() throws Exception {
    answers.put("/dev/dri/renderD128", new CardMemory(24L << 30, 0));
    tree.tree.file(IntelTree.device(FIRST) + "/sriov_totalvfs", "7\n");
    Gpu gpu = gpu();
    assertThat(gpu.name()).isEqualTo(GPU);
    assertThat(gpu.model()).isEqualTo("Intel Arc Pro B60");
    assertThat(gpu.driverVersion()).isEqualTo("6.14.0");
    assertThat(gpu.index()).hasValue(0);
    assertThat(new IntelModule().isPluginId(gpu, "card0-3")).isTrue();
    assertThat(new IntelModule().isPluginId(gpu, "card1-0")).isFalse();
    assertThat(new IntelModule().isPluginId(gpu, "card0")).isFalse();
    assertThat(gpu.common().capacities()).isEqualTo(Map.of("memory", new Capacity(24L << 30)));
    assertThat(gpu.common().files())
        .containsExactly(
            DeviceFile.of("/dev/dri/renderD128", 226, 128),
            DeviceFile.of("/dev/dri/card0", 226, 0));
    assertThat(gpu.common().attributes())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("acceld.dev/kind", AttributeValue.of("gpu")),
                Map.entry("acceld.dev/vendor", AttributeValue.of("intel")),
                Map.entry("acceld.dev/generation", AttributeValue.of("xe2-hpg")),
                Map.entry("acceld.dev/interconnect", AttributeValue.of("pcie")),
                Map.entry("type", AttributeValue.of("gpu")),
                Map.entry("productName", AttributeValue.of("Intel Arc Pro B60")),
                Map.entry("model", AttributeValue.of("B60")),
                Map.entry("family", AttributeValue.of("Arc Pro B-Series")),
                Map.entry("architecture", AttributeValue.of("Xe2-HPG")),
                Map.entry("pciId", AttributeValue.of("0xe211")),
                Map.entry("driver", AttributeValue.of("xe")),
                Map.entry("driverVersion", AttributeValue.version("6.14.0")),
                Map.entry("sriov", AttributeValue.of(true)),
                Map.entry("pcieGeneration", AttributeValue.of(4)),
                Map.entry("pcieWidth", AttributeValue.of(16)),
                Map.entry("resource.kubernetes.io/pciBusID", AttributeValue.of(FIRST)),
                Map.entry("resource.kubernetes.io/pcieRoot", AttributeValue.of("pci0000:00")),
                Map.entry("resource.kubernetes.io/numaNode", AttributeValue.of(0))));
  }

  @Test
  void withoutAnAnswerThereIsNoMemorySize() throws Exception {
    assertThat(gpu().common().capacities()).isEmpty();
    tree.tree.file(IntelTree.device(FIRST) + "/tile0/physical_vram_size_bytes", "25769803776\n");
    assertThat(gpu().common().capacities()).containsKey("memory");
    tree.tree.file(IntelTree.device(FIRST) + "/tile1/physical_vram_size_bytes", "nonsense\n");
    probe = probe();
    assertThat(gpu().common().capacities()).isEmpty();
  }

  @Test
  void aSizeThatWasKnownStaysWhileTheDriverDoesNotAnswer() throws Exception {
    answers.put("/dev/dri/renderD128", new CardMemory(24L << 30, 0));
    gpu();
    answers.clear();
    assertThat(gpu().memoryBytes()).isEqualTo(24L << 30);
  }

  @Test
  void partsOfProcessorsAndVirtualFunctionsAreLeftOut() throws Exception {
    tree.tree
        .pci("0000:00:02.0", "pci0000:00", "0x8086", "0x4680", "0x030000")
        .driver("0000:00:02.0", "i915")
        .pci("0000:03:00.1", "pci0000:00", "0x8086", "0xe211", "0x030000")
        .link("/sys/bus/pci/devices/0000:03:00.1/physfn", "../0000:03:00.0")
        .pci("0000:00:1f.3", "pci0000:00", "0x8086", "0x7ad0", "0x040300");
    Discovery found = probe.discover();
    assertThat(found.devices()).extracting(Device::name).containsExactly(GPU, OTHER);
    assertThat(found.problems()).isEmpty();
    tree.tree.remove(IntelTree.device(FIRST)).remove(IntelTree.device(SECOND));
    assertThatThrownBy(() -> probe.discover())
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessageContaining("integrated Intel GPUs are not offered: 0000:00:02.0")
        .hasMessageContaining("SR-IOV")
        .hasMessageContaining("0000:03:00.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000:00:02.1", "0001:00:02.0"})
  void aPartOfAProcessorMayHaveSeveralFunctions(String at) throws Exception {
    tree.tree.pci(at, "pci0000:00", "0x8086", "0x4680", "0x038000").driver(at, "i915");
    assertThat(probe.discover().devices()).extracting(Device::name).containsExactly(GPU, OTHER);
  }

  /** In a virtual machine, a part of a processor may be anywhere. */
  @Test
  void aGpuWithoutMemoryOfItsOwnIsNoCard() throws Exception {
    String at = "0000:00:05.0";
    tree.tree.pci(at, "pci0000:00", "0x8086", "0x4680", "0x030000").driver(at, "i915");
    tree.nodes(at, 5);
    assertThat(probe.discover().devices()).as("nobody knows").hasSize(3);
    answers.put("/dev/dri/renderD133", new CardMemory(0, 0));
    answers.put("/dev/dri/renderD128", new CardMemory(0, 0)); // its id is that of a card
    assertThat(probe.discover().devices()).extracting(Device::name).containsExactly(GPU, OTHER);
    answers.remove("/dev/dri/renderD133");
    assertThat(probe.discover().devices()).as("it is remembered").hasSize(2);
  }

  @Test
  void aGpuWithVirtualFunctionsIsNotOfferedAndStays() throws Exception {
    look();
    tree.tree.file(IntelTree.device(FIRST) + "/sriov_numvfs", "2\n");
    Discovery found = probe.discover();
    assertThat(found.problems())
        .singleElement()
        .asString()
        .contains("intel-0000-03-00-0", "virtual functions (2)", "sriov_numvfs");
    assertThat(found.unusable()).as("whoever holds it keeps it").isEmpty();
    assertThat(found.devices()).extracting(d -> d.common().offered()).containsExactly(false, true);
    assertThat(look()).isEmpty();
    tree.tree.file(IntelTree.device(FIRST) + "/sriov_numvfs", "0\n");
    assertThat(gpu().common().offered()).isTrue();
  }

  @Test
  void anotherCardInTheSamePlaceHasMemoryOfItsOwn() throws Exception {
    answers.put("/dev/dri/renderD128", new CardMemory(24L << 30, 0));
    look();
    answers.clear();
    tree.tree.file(IntelTree.device(FIRST) + "/device", "0xe212\n");
    assertThat(gpu().memoryBytes()).isZero();
    assertThat(gpu().common().capacities()).isEmpty();
  }

  /** In a virtual machine, a card may be where integrated GPUs are. */
  @Test
  void aCardIsOneWhereverItIs() throws Exception {
    tree.tree
        .pci("0000:00:02.0", "pci0000:00", "0x8086", "0x56c0", "0x038000")
        .driver("0000:00:02.0", "i915");
    tree.nodes("0000:00:02.0", 7);
    assertThat(gpu().model()).isEqualTo("Intel Data Center GPU Flex 170");
  }

  @ParameterizedTest
  @CsvSource({"vfio-pci, bind it to xe or i915", "'', load xe or i915"})
  void aGpuWithoutItsDriverCostsOnlyItself(String driver, String remedy) throws Exception {
    tree.tree.remove(IntelTree.device(FIRST) + "/driver");
    if (!driver.isEmpty()) {
      tree.tree.driver(FIRST, driver);
    }
    Discovery found = probe.discover();
    assertThat(found.unusable()).containsOnlyKeys(GPU);
    assertThat(found.problems()).singleElement().asString().contains("0000:03:00.0", remedy);
    assertThat(found.devices())
        .satisfiesExactly(
            d -> assertThat(d.common().offered()).isFalse(),
            d -> assertThat(d.common().offered()).isTrue());
  }

  @Test
  void withoutARenderNodeItCannotBeUsed() throws Exception {
    tree.tree.remove(IntelTree.device(FIRST) + "/drm/renderD128");
    assertThat(probe.discover().problems())
        .containsExactly(
            "intel-0000-03-00-0: driver xe made no render node for 0000:03:00.0; look for its"
                + " errors in the kernel log, and load the driver again");
  }

  @Test
  void aGpuThatWasUsableIsLostAndComesBack() throws Exception {
    look();
    tree.tree.file(IntelTree.device(FIRST) + "/config", "\u00ff".repeat(4));
    assertThat(look()).isEmpty(); // UTF-8: not all ones
    Files.write(
        root.resolve("sys/bus/pci/devices/" + FIRST + "/config"), new byte[] {-1, -1, -1, -1});
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Lost.class, lost -> assertThat(lost.detail()).contains("off the bus"));
    assertThat(probe.discover().devices()).extracting(Device::name).contains(GPU);
    tree.tree.remove(IntelTree.device(FIRST) + "/config");
    assertThat(look()).hasExactlyElementsOfTypes(Signal.Answers.class);
  }

  @Test
  void aWedgedGpuIsAFaultUntilTheDriverAnswersAgain() throws Exception {
    answers.put("/dev/dri/renderD128", new CardMemory(24L << 30, 1L << 30));
    assertThat(look())
        .containsExactly(new Signal.FaultOver(GPU, clock.instant(), IntelHealthRules.WEDGED));
    answers.put("/dev/dri/renderD128", new Wedged());
    assertThat(look())
        .containsExactly(new Signal.Fault(GPU, clock.instant(), IntelHealthRules.WEDGED));
    assertThat(look()).isEmpty();
    answers.put("/dev/dri/renderD128", new CardMemory(24L << 30, 1L << 30));
    assertThat(look())
        .containsExactly(new Signal.FaultOver(GPU, clock.instant(), IntelHealthRules.WEDGED));
  }

  /** It answers also then: what its log has told stays until there is evidence of a reset. */
  @Test
  void anAnswerOfI915DoesNotEndThatAGpuIsWedged() throws Exception {
    tree.max1550("0000:38:00.0", 2);
    answers.put("/dev/dri/renderD130", new CardMemory(128L << 30, 1L << 30));
    assertThat(look()).isEmpty();
    assertThat(sample(new DeviceName("intel-0000-38-00-0")).get(Metric.MEMORY_USED))
        .isEqualTo(1L << 30);
  }

  @Test
  void aDriverThatWasBoundAnewIsEvidenceOfAReset() throws Exception {
    look();
    Path drm = root.resolve((IntelTree.device(FIRST) + "/drm").substring(1));
    Files.move(drm.resolve("card0"), root.resolve("old")); // a disk takes an inode again, sysfs not
    tree.nodes(FIRST, 0);
    assertThat(look())
        .hasExactlyElementsOfTypes(Signal.Reset.class)
        .allSatisfy(signal -> assertThat(signal.device()).isEqualTo(GPU));
    assertThat(look()).isEmpty();
  }

  /** Of Intel's own release of i915. What was counted before may be of any age. */
  @Test
  void moreErrorsOfTheHardwareAreAFaultAndFewerAReset() throws Exception {
    tree.max1550("0000:38:00.0", 2);
    String counters = IntelTree.device("0000:38:00.0") + "/drm/card2/gt/gt1/error_counter/";
    tree.tree
        .file(counters + "correctable_guc", "5\n")
        .file(counters + "fatal_guc", "1\n")
        .file(counters + "sgunit_nonfatal", "0\n");
    DeviceName max = new DeviceName("intel-0000-38-00-0");
    assertThat(looks(HardwareErrors.EVERY)).isEmpty();
    tree.tree.file(counters + "correctable_guc", "9\n").file(counters + "sgunit_nonfatal", "2\n");
    assertThat(looks(HardwareErrors.EVERY))
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Fault.class,
            fault -> {
              assertThat(fault.device()).isEqualTo(max);
              assertThat(fault.code()).isEqualTo(IntelHealthRules.UNCORRECTABLE);
            });
    assertThat(sample(max).get(Metric.ECC_UNCORRECTED)).isEqualTo(3);
    assertThat(sample(max).get(Metric.ECC_CORRECTED)).isEqualTo(9);
    assertThat(sample(GPU).metrics()).doesNotContain(Metric.ECC_UNCORRECTED);
    tree.tree.file(counters + "fatal_guc", "?\n");
    assertThat(looks(HardwareErrors.EVERY)).isEmpty();
    tree.tree.file(counters + "fatal_guc", "0\n").file(counters + "sgunit_nonfatal", "0\n");
    assertThat(looks(HardwareErrors.EVERY)).hasExactlyElementsOfTypes(Signal.Reset.class);
  }

  private List<Signal> looks(int times) throws ProbeUnavailableException {
    List<Signal> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.addAll(look());
    }
    return all;
  }

  private Sample sample(DeviceName name) throws ProbeUnavailableException {
    return probe.read(probe.discover().devices()).of(name);
  }

  @Test
  void survivabilityModeIsADefectOfARunningGpuAndMakesAnotherUnusable() throws Exception {
    look();
    String file = IntelTree.device(FIRST) + "/survivability_mode";
    tree.tree.file(file, "Survivability mode type: Runtime\n");
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Defect.class,
            defect -> {
              assertThat(defect.kind()).isEqualTo(DefectKind.SURVIVABILITY);
              assertThat(defect.present()).isTrue();
              assertThat(defect.detail()).contains("fwupd");
            });
    assertThat(look()).isEmpty();
    tree.tree.remove(file);
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Defect.class, defect -> assertThat(defect.present()).isFalse());
    tree.tree.file(IntelTree.device(SECOND) + "/survivability_mode", "");
    tree.tree.remove(IntelTree.device(SECOND) + "/drm");
    probe = probe();
    assertThat(probe.discover().unusable().get(OTHER)).contains("survivability mode");
  }
}
