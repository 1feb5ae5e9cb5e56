package dev.acceld.machine.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Nvml;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.Identities;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmlLibraryTest {
  @TempDir Path dir;

  private Path machine(String name) {
    return MachineTree.create(dir.resolve(name), MachineCatalog.load(name)).root();
  }

  @Test
  void saysWhatTheDescriptionSays() {
    try (Nvml nvml = Nvml.init(machine("h100x8"))) {
      IntByReference count = new IntByReference();
      assertThat(nvml.call("nvmlDeviceGetCount_v2", count)).isZero();
      assertThat(count.getValue()).isEqualTo(8);
      Memory version = new Memory(80);
      assertThat(nvml.call("nvmlSystemGetDriverVersion", version, 80)).isZero();
      assertThat(version.getString(0)).isEqualTo("580.159.04");
      IntByReference cuda = new IntByReference();
      assertThat(nvml.call("nvmlSystemGetCudaDriverVersion_v2", cuda)).isZero();
      assertThat(cuda.getValue()).isEqualTo(13000);
      Pointer gpu = nvml.gpu(3);
      assertThat(nvml.string("nvmlDeviceGetName", gpu)).isEqualTo("NVIDIA H100 80GB HBM3");
      assertThat(nvml.string("nvmlDeviceGetUUID", gpu))
          .isEqualTo(Identities.gpuUuids(MachineCatalog.load("h100x8")).get(3));
      assertThat(nvml.u32("nvmlDeviceGetMinorNumber", gpu)).isEqualTo(3);
      assertThat(nvml.u32("nvmlDeviceGetArchitecture", gpu)).isEqualTo(9);
      Memory pci = new Memory(68);
      assertThat(nvml.call("nvmlDeviceGetPciInfo_v3", gpu, pci)).isZero();
      assertThat(pci.getString(0)).isEqualTo("0000:5B:00.0");
      assertThat(pci.getInt(20)).isEqualTo(0x5b);
      assertThat(pci.getInt(28)).isEqualTo(0x233010de);
      assertThat(pci.getString(36)).isEqualTo("00000000:5B:00.0");
    }
  }

  @Test
  void theInforomIsIntactUnlessTheCallIsToFail() {
    Path root = machine("h100x8");
    Simulation.open(root).fail("nvmlDeviceValidateInforom", "gpu-3", 14);
    try (Nvml nvml = Nvml.init(root)) {
      assertThat(nvml.call("nvmlDeviceValidateInforom", nvml.gpu(2))).isZero();
      assertThat(nvml.call("nvmlDeviceValidateInforom", nvml.gpu(3))).isEqualTo(14);
      assertThat(nvml.call("nvmlDeviceValidateInforom", Pointer.NULL)).isEqualTo(2);
      Simulation.open(root).fail("nvmlDeviceValidateInforom", "gpu-3", 0);
      assertThat(nvml.call("nvmlDeviceValidateInforom", nvml.gpu(3))).isZero();
      Pointer lost = nvml.gpu(3);
      Simulation.open(root).lose("gpu-3");
      assertThat(nvml.call("nvmlDeviceValidateInforom", lost)).isEqualTo(15);
    }
  }

  @Test
  void memoryAddsUpInBothVersions() {
    try (Nvml nvml = Nvml.init(machine("h100x8"))) {
      Pointer gpu = nvml.gpu(0);
      Memory v2 = new Memory(40);
      v2.setInt(0, 40 | 2 << 24);
      assertThat(nvml.call("nvmlDeviceGetMemoryInfo_v2", gpu, v2)).isZero();
      assertThat(v2.getLong(8)).isEqualTo(81559L << 20);
      assertThat(v2.getLong(16) + v2.getLong(24) + v2.getLong(32)).isEqualTo(81559L << 20);
      Memory v1 = new Memory(24);
      assertThat(nvml.call("nvmlDeviceGetMemoryInfo", gpu, v1)).isZero();
      assertThat(v1.getLong(8) + v1.getLong(16)).isEqualTo(81559L << 20);
      assertThat(v1.getLong(16)).isEqualTo(v2.getLong(16) + v2.getLong(32));
    }
  }

  @Test
  void isAsStrictAsADriver() {
    Path root = machine("h100x1");
    try (Nvml nvml = Nvml.load(root)) {
      IntByReference number = new IntByReference();
      assertThat(nvml.call("nvmlDeviceGetCount_v2", number)).as("before init").isEqualTo(1);
      assertThat(nvml.call("nvmlShutdown")).isEqualTo(1);
      assertThat(nvml.call("nvmlInit_v2")).isZero();
      assertThat(nvml.call("nvmlInitWithFlags", 1)).isZero();
      Pointer gpu = nvml.gpu(0);
      assertThat(nvml.call("nvmlDeviceGetMinorNumber", gpu, Pointer.NULL)).isEqualTo(2);
      assertThat(nvml.call("nvmlDeviceGetMinorNumber", Pointer.NULL, number)).isEqualTo(2);
      assertThat(nvml.call("nvmlDeviceGetMinorNumber", Pointer.createConstant(0x1234), number))
          .isEqualTo(2);
      assertThat(nvml.call("nvmlDeviceGetHandleByIndex_v2", 1, new PointerByReference()))
          .isEqualTo(2);
      assertThat(nvml.call("nvmlDeviceGetHandleByUUID", "GPU-nobody", new PointerByReference()))
          .isEqualTo(6);
      assertThat(nvml.call("nvmlDeviceGetName", gpu, new Memory(4), 4)).isEqualTo(7);
      Memory v2 = new Memory(40);
      v2.setInt(0, 40 | 1 << 24);
      assertThat(nvml.call("nvmlDeviceGetMemoryInfo_v2", gpu, v2)).as("version").isEqualTo(25);
      assertThat(nvml.call("nvmlShutdown")).isZero();
      assertThat(nvml.call("nvmlDeviceGetMinorNumber", gpu, number)).as("one user left").isZero();
      assertThat(nvml.call("nvmlShutdown")).isZero();
      assertThat(nvml.call("nvmlDeviceGetMinorNumber", gpu, number)).isEqualTo(1);
      assertThat(nvml.call("nvmlInit_v2")).isZero();
      assertThat(nvml.call("nvmlDeviceGetMinorNumber", gpu, number)).as("stale").isEqualTo(2);
    }
  }

  @Test
  void structsOfAnotherVersionAreRefused() {
    try (Nvml nvml = Nvml.init(machine("gb200x4"))) {
      Pointer gpu = nvml.gpu(0);
      for (String[] of :
          new String[][] {
            {"nvmlDeviceGetTemperatureV", "12"},
            {"nvmlDeviceGetMarginTemperature", "8"},
            {"nvmlDeviceGetSramEccErrorStatus", "104"},
            {"nvmlDeviceGetRepairStatus", "12"},
            {"nvmlDeviceGetGpuFabricInfoV", "40"},
            {"nvmlDeviceGetAddressingMode", "8"}
          }) {
        Memory struct = new Memory(128);
        struct.clear();
        int right = Integer.parseInt(of[1]) | (of[0].contains("Fabric") ? 3 : 1) << 24;
        for (int wrong : new int[] {0, right + 4, right + (1 << 24), right & 0xffffff}) {
          struct.setInt(0, wrong);
          assertThat(nvml.call(of[0], gpu, struct)).as(of[0] + " " + wrong).isEqualTo(25);
        }
        struct.setInt(0, right);
        assertThat(nvml.call(of[0], gpu, struct)).as(of[0]).isZero();
      }
    }
  }

  @Test
  void gpmIsForHopperAndNeedsTwoSamplesThatWereTaken() throws Exception {
    try (Nvml nvml = Nvml.init(machine("h100x8"));
        Nvml a100 = Nvml.init(machine("a100x8"))) {
      Memory support = new Memory(8);
      support.setInt(0, 1);
      assertThat(a100.call("nvmlGpmQueryDeviceSupport", a100.gpu(0), support)).isZero();
      assertThat(support.getInt(4)).isZero();
      Pointer first = sample(nvml);
      Pointer second = sample(nvml);
      assertThat(a100.call("nvmlGpmSampleGet", a100.gpu(0), sample(a100))).isEqualTo(3);
      Memory request = new Memory(24 + 2 * 40);
      request.clear();
      request.setInt(0, 2);
      assertThat(nvml.call("nvmlGpmMetricsGet", request)).as("version").isEqualTo(25);
      request.setInt(0, 1);
      request.setInt(4, 2);
      request.setPointer(8, first);
      request.setPointer(16, second);
      request.setInt(24, 1);
      request.setInt(64, 299);
      assertThat(nvml.call("nvmlGpmMetricsGet", request)).as("not taken").isEqualTo(2);
      assertThat(nvml.call("nvmlGpmSampleGet", nvml.gpu(0), first)).isZero();
      Thread.sleep(2);
      assertThat(nvml.call("nvmlGpmSampleGet", nvml.gpu(0), second)).isZero();
      assertThat(nvml.call("nvmlGpmMetricsGet", request)).isZero();
      assertThat(request.getInt(24 + 4)).isZero();
      assertThat(request.getDouble(24 + 8)).isBetween(20.0, 95.0);
      assertThat(request.getInt(64 + 4)).as("too new for driver 580").isEqualTo(2);
      assertThat(nvml.call("nvmlGpmSampleFree", first)).isZero();
      assertThat(nvml.call("nvmlGpmSampleFree", first)).as("freed").isEqualTo(2);
      assertThat(nvml.call("nvmlGpmMetricsGet", request)).as("freed").isEqualTo(2);
      assertThat(nvml.call("nvmlGpmSampleFree", second)).isZero();
    }
  }

  private static Pointer sample(Nvml nvml) {
    PointerByReference sample = new PointerByReference();
    assertThat(nvml.call("nvmlGpmSampleAlloc", sample)).isZero();
    return sample.getValue();
  }

  @Test
  void anOldDriverLacksWhatCameLater() {
    Path old = machine("a100x8");
    try (Nvml nvml = Nvml.load(old);
        Nvml recent = Nvml.load(machine("h100x8"))) {
      assertThat(nvml.has("nvmlDeviceGetTemperatureV")).isFalse();
      assertThat(nvml.has("nvmlDeviceGetAddressingMode")).isFalse();
      assertThat(nvml.has("nvmlDeviceGetMemoryInfo_v2")).isTrue();
      assertThat(nvml.has("nvmlDeviceGetMemoryInfo")).isTrue();
      assertThat(recent.has("nvmlDeviceGetTemperatureV")).isTrue();
    }
  }

  @Test
  void twoMachinesInOneProcessDoNotMix() {
    try (Nvml one = Nvml.init(machine("h100x8"));
        Nvml other = Nvml.init(machine("l4x1"))) {
      assertThat(one.string("nvmlDeviceGetName", one.gpu(0))).contains("H100");
      assertThat(other.string("nvmlDeviceGetName", other.gpu(0))).isEqualTo("NVIDIA L4");
    }
  }
}
