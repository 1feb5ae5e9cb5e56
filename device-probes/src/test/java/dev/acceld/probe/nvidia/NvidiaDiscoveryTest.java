package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.discovery.BrokenGpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaDiscoveryTest {
  /** Making a machine takes a while: each is made once and put back to its beginnings. */
  private static final Map<String, Machine> MACHINES = new HashMap<>();

  @TempDir static Path dir;

  private NvidiaProbe probe =
      new NvidiaProbe(Path.of("/nowhere"), new HostFs(Path.of("/nowhere")), Releases.NONE);

  @AfterEach
  void close() {
    probe.close();
  }

  private Machine machine(String name) {
    Machine machine = MACHINES.computeIfAbsent(name, n -> new Machine(dir.resolve(n), n)).reset();
    probe = machine.probe();
    return machine;
  }

  private static List<DeviceName> names(Discovery discovery) {
    return discovery.devices().stream().map(Device::name).toList();
  }

  private static Map<String, AttributeValue> attributes(Discovery discovery) {
    return discovery.devices().getFirst().common().attributes();
  }

  @Test
  void aGpuIsPublishedWithEverythingThatIsKnownOfIt() throws Exception {
    Machine machine = machine("h100x8");
    Gpu gpu = (Gpu) probe.discover().devices().get(4);
    assertThat(gpu.name()).isEqualTo(machine.name(4));
    assertThat(gpu.type()).isEqualTo("gpu");
    assertThat(gpu.common().physicalNames()).isEqualTo(gpu.name().value());
    assertThat(gpu.common().pcieRoot()).contains("pci0000:86");
    assertThat(gpu.common().numaNode()).hasValue(1);
    assertThat(gpu.common().files()).containsExactly(DeviceFile.of("/dev/nvidia4", 195, 4));
    assertThat(gpu.common().capacities()).isEqualTo(Map.of("memory", new Capacity(81559L << 20)));
    assertThat(gpu.serial()).contains(machine.get(4, "serial"));
    assertThat(gpu.index()).hasValue(4);
    assertThat(gpu.memoryBytes()).isEqualTo(81559L << 20);
    assertThat(gpu.driverVersion()).isEqualTo("580.159.04");
    assertThat(gpu.common().attributes())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("type", AttributeValue.of("gpu")),
                Map.entry("acceld.dev/kind", AttributeValue.of("gpu")),
                Map.entry("acceld.dev/vendor", AttributeValue.of("nvidia")),
                Map.entry("uuid", AttributeValue.of(machine.get(4, "uuid"))),
                Map.entry("productName", AttributeValue.of("NVIDIA H100 80GB HBM3")),
                Map.entry("brand", AttributeValue.of("Nvidia")),
                Map.entry("architecture", AttributeValue.of("Hopper")),
                Map.entry("addressingMode", AttributeValue.of("HMM")),
                Map.entry("cudaComputeCapability", AttributeValue.version("9.0.0")),
                Map.entry("driverVersion", AttributeValue.version("580.159.4")),
                Map.entry("cudaDriverVersion", AttributeValue.version("13.0.0")),
                Map.entry("resource.kubernetes.io/pciBusID", AttributeValue.of("0000:89:00.0")),
                Map.entry("resource.kubernetes.io/pcieRoot", AttributeValue.of("pci0000:86")),
                Map.entry("resource.kubernetes.io/numaNode", AttributeValue.of(1)),
                Map.entry("gpuModuleID", AttributeValue.of(7)),
                Map.entry("eccEnabled", AttributeValue.of(true)),
                Map.entry("migCapable", AttributeValue.of(true)),
                Map.entry("gpmSupported", AttributeValue.of(true)),
                Map.entry("pcieGeneration", AttributeValue.of(5)),
                Map.entry("pcieWidth", AttributeValue.of(16)),
                Map.entry("nvlinkDomain", AttributeValue.of("switch.0")),
                Map.entry("nvlinkPeers", AttributeValue.of(7)),
                Map.entry("nvlinkCount", AttributeValue.of(18)),
                Map.entry("acceld.dev/generation", AttributeValue.of("hopper")),
                Map.entry("acceld.dev/interconnect", AttributeValue.of("nvlink")),
                Map.entry("acceld.dev/bf16Teraflops", AttributeValue.of(989)),
                Map.entry("acceld.dev/int8Teraops", AttributeValue.of(1979)),
                Map.entry("acceld.dev/fp8Teraflops", AttributeValue.of(1979)),
                Map.entry("memoryBandwidthGBps", AttributeValue.of(3350))));
  }

  @ParameterizedTest
  @CsvSource({
    "h100x1, 1, NVIDIA H100 80GB HBM3, Hopper, 9.0.0",
    "a100x8, 8, NVIDIA A100-SXM4-80GB, Ampere, 8.0.0",
    "l4x1, 1, NVIDIA L4, Ada Lovelace, 8.9.0",
    "gb200x4, 4, NVIDIA GB200, Blackwell, 10.0.0",
    "mixed, 2, NVIDIA H100 PCIe, Hopper, 9.0.0"
  })
  void everyMachineIsKnown(String name, int count, String product, String arch, String capability)
      throws Exception {
    machine(name);
    Discovery found = probe.discover();
    assertThat(found.problems()).isEmpty();
    assertThat(names(found)).hasSize(count).doesNotHaveDuplicates();
    assertThat(attributes(found))
        .containsEntry("productName", AttributeValue.of(product))
        .containsEntry("architecture", AttributeValue.of(arch))
        .containsEntry("cudaComputeCapability", AttributeValue.version(capability));
    for (Device device : found.devices()) {
      Gpu gpu = (Gpu) device;
      assertThat(gpu.common().files().getFirst().path())
          .isEqualTo("/dev/nvidia" + gpu.minor().orElseThrow());
    }
    assertThat(probe.discover()).as("asked again").isEqualTo(found);
  }

  @Test
  void aMachineThatDoesNotSayItsNumaNodeHasNone() throws Exception {
    machine("h100x1");
    assertThat(attributes(probe.discover())).doesNotContainKey("resource.kubernetes.io/numaNode");
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "tpu-v5ex8"})
  void noDriverIsNoError(String name) {
    machine(name);
    assertThatThrownBy(probe::discover)
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessageContaining("libnvidia-ml.so.1")
        .hasMessageContaining(dir.toString())
        .hasMessageContaining("--nvidia-driver-root");
  }

  @Test
  void aDriverThatAppearsLaterIsSeen() throws Exception {
    Machine machine = machine("h100x8");
    String libraries = machine.libraries().toString();
    machine.move(libraries, "usr/away").put("driver.loaded", 0);
    assertThatThrownBy(probe::discover).isInstanceOf(ProbeUnavailableException.class);
    machine.move("usr/away", libraries);
    assertThatThrownBy(probe::discover)
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessageContaining("kernel driver is not loaded");
    machine.put("driver.loaded", 1);
    assertThat(probe.discover().devices()).hasSize(8);
  }

  @Test
  void aDriverLoadedAnewIsPickedUpAtOnce() throws Exception {
    Machine machine = machine("h100x8");
    Discovery before = probe.discover();
    machine.reloadDriver();
    assertThat(probe.read(before.devices()).values()).isEmpty();
    assertThat(probe.discover()).isEqualTo(before);
    assertThat(probe.read(before.devices()).values()).hasSize(8);
    machine.reloadDriver();
    assertThat(probe.discover()).as("without a sample in between").isEqualTo(before);
    machine.put("driver.loaded", 0);
    assertThatThrownBy(probe::discover).isInstanceOf(ProbeUnavailableException.class);
    machine.put("driver.loaded", 1);
    assertThat(probe.discover()).isEqualTo(before);
  }

  @Test
  void aLibraryOfAnotherVersionThanTheDriverIsAFailureThatNamesTheRemedy() throws Exception {
    Machine machine = machine("h100x1").put("fail.nvmlInit_v2", 18);
    assertThatThrownBy(probe::discover)
        .isInstanceOf(ProbeFailedException.class)
        .hasMessageContaining("different versions")
        .hasMessageContaining("reboot");
    machine.remove("fail.nvmlInit_v2");
    assertThat(probe.discover().devices()).hasSize(1);
  }

  @Test
  void noGpuAtAllIsNoError() throws Exception {
    Machine machine = machine("h100x8").put("gpu.count", 0);
    assertThatThrownBy(probe::discover)
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessageContaining("no GPU");
    machine.put("gpu.count", 8);
    assertThat(probe.discover().devices()).hasSize(8);
  }

  @Test
  void sixteenGpusOfWhichTwoHaveOneSerialNumber() throws Exception {
    Machine machine = machine("h100x8");
    for (int n = 8; n < 16; n++) {
      machine.copy(n - 8, n);
      machine.gpu(n, "uuid", "GPU-%08x-0000-0000-0000-%012x".formatted(n, n));
      machine.gpu(n, "pci", "0001:%02x:00.0".formatted(n)).gpu(n, "minor", n);
    }
    machine.put("gpu.count", 16);
    // The last eight are not in sysfs, and a bus that shows others would deny them.
    machine.move("sys/bus/pci/devices", "sys/bus/pci/hidden");
    Discovery found = probe.discover();
    machine.move("sys/bus/pci/hidden", "sys/bus/pci/devices");
    assertThat(found.problems()).isEmpty();
    assertThat(names(found)).hasSize(16).doesNotHaveDuplicates();
    assertThat(((Gpu) found.devices().get(8)).serial())
        .isEqualTo(((Gpu) found.devices().get(0)).serial());
  }

  @Test
  void namesOutliveRenumberingAndRestarts() throws Exception {
    Machine machine = machine("h100x8");
    List<DeviceName> before = names(probe.discover());
    for (int n = 0; n < 8; n++) {
      machine.gpu(n, "minor", 7 - n);
    }
    probe.close();
    probe = machine.probe();
    Discovery after = probe.discover();
    assertThat(names(after)).isEqualTo(before);
    assertThat(after.devices().getFirst().common().files())
        .containsExactly(DeviceFile.of("/dev/nvidia7", 195, 7));
  }

  @Test
  void eachBrokenGpuCostsOnlyItself() throws Exception {
    Machine machine = machine("h100x8");
    machine.gpu(0, "lost", 1);
    machine.gpu(2, "uuid", machine.get(1, "uuid"));
    machine.gpu(3, "uuid", "GPU-?");
    machine.put("fail.nvmlDeviceGetUUID.4", 999);
    machine.put("fail.nvmlDeviceGetMinorNumber.5", 3);
    machine.gpu(6, "mig.mode", 1);
    Discovery found = probe.discover();
    // /proc knows the UUIDs of those that NVML does not give, and a minor number that it hides.
    assertThat(names(found)).hasSize(8);
    assertThat(found.devices())
        .filteredOn(d -> d.common().offered())
        .extracting(Device::name)
        .containsExactly(machine.name(1), machine.name(5), machine.name(7));
    assertThat(found.unusable())
        .hasSize(4)
        .doesNotContainKeys(machine.name(1), machine.name(5), machine.name(6), machine.name(7));
    assertThat(found.problems())
        .hasSize(9)
        .anyMatch(p -> p.startsWith("GPU at index 0: ") && p.contains("GPU_IS_LOST (15)"))
        .anyMatch(p -> p.startsWith("GPU at index 2: ") && p.contains("is another GPU's"))
        .anyMatch(p -> p.startsWith("GPU at index 3: ") && p.contains("'GPU-?' is malformed"))
        .anyMatch(p -> p.startsWith("GPU at index 4: ") && p.contains("nvmlDeviceGetUUID"))
        .anyMatch(p -> p.startsWith(machine.name(4) + ": ") && p.contains("NVML does not list it"))
        .anyMatch(p -> p.startsWith(machine.name(6) + ": ") && p.contains("MIG mode"));
  }

  /** WSL2, Jetson, some hypervisors, a driver root used by itself. */
  @Test
  void aGpuThatAnswersIsThereThoughSysfsNeverShowedIt() throws Exception {
    Machine machine = machine("h100x8");
    for (int i = 0; i < 8; i++) {
      machine.move("sys/bus/pci/devices/" + machine.get(i, "pci"), "gone-" + i);
    }
    try {
      assertThat(machine.host().exists("/sys/bus/pci/devices")).isTrue();
      Discovery found = probe.discover();
      assertThat(found.problems()).isEmpty();
      assertThat(found.devices()).hasSize(8).allMatch(d -> d.common().offered());
      assertThat(found.devices().get(4).common().files())
          .containsExactly(DeviceFile.of("/dev/nvidia4", 195, 4));
      assertThat(found.devices().get(4).common().numaNode()).isEmpty(); // there are two
      probe.read(found.devices());
      assertThat(probe.signals()).isEmpty();
    } finally {
      for (int i = 0; i < 8; i++) {
        machine.move("gone-" + i, "sys/bus/pci/devices/" + machine.get(i, "pci"));
      }
    }
  }

  @Test
  void onWsl2TheGpusAreReachedByOneFile() throws Exception {
    Machine machine = new Machine(dir.resolve("wsl"), "h100x1");
    probe = machine.probe();
    machine.move("sys/bus/pci/devices/" + machine.get(0, "pci"), "gone");
    machine.move("proc/driver/nvidia/gpus", "gone-too");
    machine.put("fail.nvmlDeviceGetMinorNumber", 3);
    assertThat(probe.discover().devices()).noneMatch(d -> d.common().offered());
    Files.writeString(machine.root().resolve("dev/dxg"), "");
    Device gpu = probe.discover().devices().getFirst();
    assertThat(gpu.common().offered()).isTrue();
    assertThat(gpu.common().files()).extracting(DeviceFile::path).containsExactly("/dev/dxg");
  }

  @Test
  void aGpuThatNvmlDoesNotListHasANameAndIsNotOffered() throws Exception {
    Machine machine = machine("h100x8");
    machine.gpu(2, "removed", 1); // NVML's list is shorter; the bus still has it
    machine.put("fail.nvmlDeviceGetHandleByIndex_v2.5", 15);
    Discovery found = probe.discover();
    assertThat(names(found)).hasSize(8).contains(machine.name(2), machine.name(5));
    assertThat(found.unusable()).containsOnlyKeys(machine.name(2), machine.name(5));
    assertThat(found.devices())
        .filteredOn(d -> !d.common().offered())
        .extracting(Device::name)
        .containsExactly(machine.name(2), machine.name(5));
    assertThat(found.problems())
        .anyMatch(p -> p.contains(machine.get(2, "pci")) && p.contains("NVML does not list it"));
    machine.remove("gpu.2.removed").remove("fail.nvmlDeviceGetHandleByIndex_v2.5");
    probe.close();
    Discovery healed = probe.discover();
    assertThat(healed.devices()).hasSize(8).allMatch(d -> d.common().offered());
    assertThat(healed.unusable()).isEmpty();
  }

  @Test
  void withoutAUuidItIsCalledByItsPlaceUntilItsUuidIsKnown() throws Exception {
    Machine machine = new Machine(dir.resolve("unnamed"), "h100x8");
    probe = machine.probe();
    machine.gpu(2, "removed", 1);
    String information = "proc/driver/nvidia/gpus/" + machine.get(2, "pci") + "/information";
    machine.move(information, "information");
    DeviceName place = BrokenGpus.nameOf(PciAddress.parse(machine.get(2, "pci")).orElseThrow());
    assertThat(names(probe.discover())).hasSize(8).contains(place);
    machine.remove("gpu.2.removed");
    probe.close();
    assertThat(names(probe.discover())).hasSize(8).contains(machine.name(2)).doesNotContain(place);
  }

  @ParameterizedTest
  @CsvSource({
    "nvmlDeviceGetName, 3, uuid",
    "nvmlDeviceGetSerial, 3, brand",
    "nvmlDeviceGetBrand, 999, architecture",
    "nvmlDeviceGetArchitecture, 13, brand",
    "nvmlDeviceGetCudaComputeCapability, 2, brand",
    "nvmlDeviceGetPciInfo_v3, 999, brand",
    "nvmlDeviceGetAddressingMode, 25, brand",
    "nvmlDeviceGetMemoryInfo_v2, 3, brand",
    "nvmlDeviceGetIndex, 999, brand",
    "nvmlDeviceGetMigMode, 3, brand",
    "nvmlSystemGetDriverVersion, 999, brand",
    "nvmlSystemGetCudaDriverVersion_v2, 999, driverVersion"
  })
  void whatCannotBeHadIsLeftOutAndTheGpuIsOffered(String symbol, int code, String stays)
      throws Exception {
    machine("h100x8").put("fail." + symbol, code);
    Discovery found = probe.discover();
    assertThat(found.devices()).hasSize(8);
    assertThat(attributes(found)).containsKey(stays);
  }

  @Test
  void aVersionThatIsNoSemverIsLeftOut() throws Exception {
    machine("h100x1").put("driver.version", "580.65-beta");
    Discovery found = probe.discover();
    assertThat(attributes(found)).doesNotContainKey("driverVersion");
    assertThat(((Gpu) found.devices().getFirst()).driverVersion()).isEqualTo("580.65-beta");
  }

  @Test
  void anOldDriverStillGivesDevices() throws Exception {
    Machine machine =
        new Machine(
            dir.resolve("old"),
            Machine.withDriver(
                "h100x8",
                "470.10",
                List.of(
                    "nvmlDeviceGetFieldValues",
                    "nvmlEventSetCreate",
                    "nvmlDeviceGetBrand",
                    "nvmlDeviceGetSerial")));
    probe = machine.probe();
    Discovery found = probe.discover();
    assertThat(found.devices()).hasSize(8);
    assertThat(attributes(found)).doesNotContainKeys("brand", "addressingMode");
  }
}
