package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigLibraryTest {
  private static final int SUCCESS = 0;
  private static final int INVALID_ARGUMENT = 2;
  private static final int NOT_SUPPORTED = 3;
  private static final int NOT_FOUND = 6;
  private static final int RESET_REQUIRED = 16;
  private static final int IN_USE = 19;
  private static final int INSUFFICIENT_RESOURCES = 23;
  private static final int VERSION_MISMATCH = 25;

  private static final int ONE = 19;
  private static final int ONE_MEDIA = 20;
  private static final int THREE = 9;
  private static final int FOUR = 5;
  private static final int SEVEN = 0;

  @TempDir Path dir;

  private Path machine(String name) {
    return MachineTree.create(dir.resolve(name), MachineCatalog.load(name)).root();
  }

  private static int setMode(Nvml nvml, Pointer gpu, int mode) {
    IntByReference status = new IntByReference(-1);
    int code = nvml.call("nvmlDeviceSetMigMode", gpu, mode, status);
    return code == SUCCESS ? status.getValue() : code;
  }

  private static List<Integer> mode(Nvml nvml, Pointer gpu) {
    IntByReference current = new IntByReference();
    IntByReference pending = new IntByReference();
    assertThat(nvml.call("nvmlDeviceGetMigMode", gpu, current, pending)).isZero();
    return List.of(current.getValue(), pending.getValue());
  }

  private static Memory placement(int start, int size) {
    Memory placement = new Memory(8);
    placement.setInt(0, start);
    placement.setInt(4, size);
    return placement;
  }

  private record Made(int code, Pointer handle) {}

  private static Made create(Nvml nvml, Pointer gpu, int profile, int start, int size) {
    PointerByReference handle = new PointerByReference();
    int code =
        nvml.call(
            "nvmlDeviceCreateGpuInstanceWithPlacement",
            gpu,
            profile,
            placement(start, size),
            handle);
    return new Made(code, handle.getValue());
  }

  private static Made compute(Nvml nvml, Pointer instance, int profile) {
    PointerByReference handle = new PointerByReference();
    int code = nvml.call("nvmlGpuInstanceCreateComputeInstance", instance, profile, handle);
    return new Made(code, handle.getValue());
  }

  private static int code(Nvml nvml, Pointer gpu, int profile, int start, int size) {
    return create(nvml, gpu, profile, start, size).code();
  }

  @ParameterizedTest
  @CsvSource({
    "a100x8, MIG 1g.10gb, MIG 7g.80gb, 14, 5",
    "h100x8, MIG 1g.10gb, MIG 7g.80gb, 16, 7",
    "h200x8, MIG 1g.18gb, MIG 7g.141gb, 16, 7",
    "b200x8, MIG 1g.23gb, MIG 7g.180gb, 18, 7"
  })
  void tellsTheProfilesOfEachBoard(
      String machine, String smallest, String whole, int multiprocessors, int decoders) {
    Path root = machine(machine);
    Simulation.open(root).mig("gpu-0", true);
    try (Nvml nvml = Nvml.init(root)) {
      Pointer gpu = nvml.gpu(0);
      List<Integer> ids = new ArrayList<>();
      Memory info = new Memory(152);
      for (int profile = 0; profile < 0x12; profile++) {
        info.setInt(0, 152 | 2 << 24);
        int code = nvml.call("nvmlDeviceGetGpuInstanceProfileInfoV", gpu, profile, info);
        assertThat(code).isIn(SUCCESS, NOT_SUPPORTED);
        if (code == SUCCESS) {
          ids.add(info.getInt(4));
        }
      }
      assertThat(ids).containsExactlyInAnyOrder(19, 20, 15, 14, 9, 5, 0);
      info.setInt(0, 152 | 3 << 24);
      assertThat(nvml.call("nvmlDeviceGetGpuInstanceProfileInfoV", gpu, 0, info)).isZero();
      assertThat(info.getString(48)).isEqualTo(smallest);
      assertThat(info.getInt(16)).isEqualTo(multiprocessors);
      info.setInt(0, 152 | 2 << 24);
      assertThat(nvml.call("nvmlDeviceGetGpuInstanceProfileInfoV", gpu, 4, info)).isZero();
      assertThat(info.getString(56)).isEqualTo(whole);
      assertThat(info.getInt(28)).as("decoders").isEqualTo(decoders);
      info.setInt(0, 152 | 1 << 24);
      assertThat(nvml.call("nvmlDeviceGetGpuInstanceProfileInfoV", gpu, 4, info))
          .isEqualTo(VERSION_MISMATCH);
      assertThat(nvml.call("nvmlDeviceGetGpuInstanceProfileInfo", gpu, 0x12, info))
          .isEqualTo(INVALID_ARGUMENT);
      IntByReference count = new IntByReference();
      String placements = "nvmlDeviceGetGpuInstancePossiblePlacements_v2";
      assertThat(nvml.call(placements, gpu, THREE, Pointer.NULL, count)).isZero();
      assertThat(count.getValue()).isEqualTo(2);
      Memory places = new Memory(16);
      assertThat(nvml.call(placements, gpu, THREE, places, count)).isZero();
      assertThat(places.getIntArray(0, 4)).containsExactly(0, 4, 4, 4);
      assertThat(nvml.call(placements, gpu, 77, Pointer.NULL, count)).isEqualTo(NOT_SUPPORTED);
    }
  }

  @Test
  void aHopperSwitchesAtOnceAndAnAmpereWithItsNextReset() {
    Path root = machine("a100x8");
    try (Nvml hopper = Nvml.init(machine("h100x1"));
        Nvml ampere = Nvml.init(root)) {
      Pointer h100 = hopper.gpu(0);
      assertThat(setMode(hopper, h100, 1)).isEqualTo(SUCCESS);
      assertThat(mode(hopper, h100)).containsExactly(1, 1);
      assertThat(setMode(hopper, h100, 0)).isEqualTo(SUCCESS);
      assertThat(setMode(hopper, h100, 2)).isEqualTo(INVALID_ARGUMENT);
      Pointer a100 = ampere.gpu(0);
      assertThat(setMode(ampere, a100, 1)).isEqualTo(RESET_REQUIRED);
      assertThat(mode(ampere, a100)).containsExactly(0, 1);
      assertThat(code(ampere, a100, ONE, 0, 1)).isEqualTo(NOT_SUPPORTED);
      Simulation.open(root).reboot();
      assertThat(ampere.call("nvmlShutdown")).isZero();
      assertThat(ampere.call("nvmlInit_v2")).isZero();
      assertThat(mode(ampere, ampere.gpu(0))).containsExactly(1, 1);
    }
    try (Nvml none = Nvml.init(machine("l4x1"))) {
      assertThat(setMode(none, none.gpu(0), 1)).isEqualTo(NOT_SUPPORTED);
    }
  }

  @Test
  void anInstanceTakesItsSlicesAndEngines() {
    try (Nvml nvml = Nvml.init(machine("h100x1"))) {
      Pointer gpu = nvml.gpu(0);
      assertThat(code(nvml, gpu, ONE, 0, 1)).as("not in MIG mode").isEqualTo(NOT_SUPPORTED);
      setMode(nvml, gpu, 1);
      assertThat(code(nvml, gpu, ONE, 0, 2)).as("wrong size").isEqualTo(INVALID_ARGUMENT);
      assertThat(code(nvml, gpu, THREE, 2, 4)).as("wrong start").isEqualTo(INVALID_ARGUMENT);
      assertThat(code(nvml, gpu, 77, 0, 1)).isEqualTo(NOT_SUPPORTED);
      assertThat(code(nvml, gpu, FOUR, 0, 4)).isEqualTo(SUCCESS);
      assertThat(code(nvml, gpu, ONE, 3, 1)).isEqualTo(INSUFFICIENT_RESOURCES);
      assertThat(code(nvml, gpu, SEVEN, 0, 8)).isEqualTo(INSUFFICIENT_RESOURCES);
      assertThat(code(nvml, gpu, ONE_MEDIA, 4, 1)).isEqualTo(SUCCESS);
      assertThat(code(nvml, gpu, ONE_MEDIA, 5, 1))
          .as("one media engine")
          .isEqualTo(INSUFFICIENT_RESOURCES);
      assertThat(code(nvml, gpu, ONE, 5, 1)).isEqualTo(SUCCESS);
      assertThat(code(nvml, gpu, ONE, 6, 1)).isEqualTo(SUCCESS);
      assertThat(setMode(nvml, gpu, 0)).isEqualTo(IN_USE);
    }
  }

  @Test
  void aPartitionIsThereOnceItHasAComputeInstance() throws Exception {
    Path root = machine("h100x1");
    try (Nvml nvml = Nvml.init(root)) {
      Pointer gpu = nvml.gpu(0);
      setMode(nvml, gpu, 1);
      Made instance = create(nvml, gpu, THREE, 4, 4);
      PointerByReference mig = new PointerByReference();
      assertThat(nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", gpu, 0, mig))
          .isEqualTo(NOT_FOUND);
      assertThat(compute(nvml, instance.handle(), 3))
          .as("four slices of three")
          .extracting(Made::code)
          .isEqualTo(NOT_SUPPORTED);
      Made computes = compute(nvml, instance.handle(), 2);
      assertThat(computes.code()).isEqualTo(SUCCESS);
      assertThat(compute(nvml, instance.handle(), 0).code()).isEqualTo(INSUFFICIENT_RESOURCES);
      assertThat(nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", gpu, 0, mig)).isZero();
      Pointer device = mig.getValue();
      assertThat(nvml.string("nvmlDeviceGetUUID", device))
          .matches("MIG-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
      assertThat(nvml.string("nvmlDeviceGetName", device))
          .isEqualTo("NVIDIA H100 80GB HBM3 MIG 3g.40gb");
      assertThat(nvml.u32("nvmlDeviceGetGpuInstanceId", device)).isEqualTo(2);
      assertThat(nvml.u32("nvmlDeviceGetComputeInstanceId", device)).isZero();
      assertThat(nvml.u32("nvmlDeviceIsMigDeviceHandle", device)).isEqualTo(1);
      assertThat(nvml.u32("nvmlDeviceIsMigDeviceHandle", gpu)).isZero();
      Memory attributes = new Memory(40);
      assertThat(nvml.call("nvmlDeviceGetAttributes_v2", device, attributes)).isZero();
      assertThat(attributes.getIntArray(0, 8)).containsExactly(60, 3, 3, 0, 3, 0, 3, 3);
      assertThat(nvml.temperature(device)).as("no sensor of its own").isEqualTo(-INVALID_ARGUMENT);
      Path access = root.resolve("proc/driver/nvidia/capabilities/gpu0/mig/gi2/ci0/access");
      assertThat(Files.readString(access)).startsWith("DeviceFileMinor: 22\n");
      assertThat(Files.readString(root.resolve("proc/driver/nvidia-caps/mig-minors")))
          .contains("gpu0/gi2/ci0/access 22\n", "gpu31/gi14/ci7/access 4322\n");

      assertThat(nvml.call("nvmlGpuInstanceDestroy", instance.handle())).isEqualTo(IN_USE);
      assertThat(nvml.call("nvmlComputeInstanceDestroy", computes.handle())).isZero();
      assertThat(nvml.call("nvmlComputeInstanceDestroy", computes.handle()))
          .isEqualTo(INVALID_ARGUMENT);
      assertThat(nvml.call("nvmlGpuInstanceDestroy", instance.handle())).isZero();
      assertThat(root.resolve("proc/driver/nvidia/capabilities/gpu0/mig/gi2")).doesNotExist();
      assertThat(setMode(nvml, gpu, 0)).isEqualTo(SUCCESS);
    }
  }

  @Test
  void instancesOutliveTheProcessThatMadeThemButNoReboot() {
    Path root = machine("h100x1");
    try (Nvml nvml = Nvml.init(root)) {
      setMode(nvml, nvml.gpu(0), 1);
      compute(nvml, create(nvml, nvml.gpu(0), ONE, 6, 1).handle(), 0);
    }
    PointerByReference mig = new PointerByReference();
    try (Nvml nvml = Nvml.init(root)) {
      assertThat(nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", nvml.gpu(0), 0, mig)).isZero();
      assertThat(nvml.u32("nvmlDeviceGetGpuInstanceId", mig.getValue())).isEqualTo(13);
    }
    Simulation.open(root).reboot();
    try (Nvml nvml = Nvml.init(root)) {
      assertThat(mode(nvml, nvml.gpu(0))).containsExactly(0, 0);
      assertThat(nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", nvml.gpu(0), 0, mig))
          .isEqualTo(NOT_SUPPORTED);
    }
    assertThat(root.resolve("proc/driver/nvidia/capabilities/gpu0/mig")).isEmptyDirectory();
  }

  @Test
  void anAdministratorMakesPartitionsFromOutside() {
    Path root = machine("h100x1");
    Simulation simulation = Simulation.open(root);
    assertThatThrownBy(() -> simulation.partition("gpu-0", "1g.10gb", 0))
        .hasMessageContaining("simulate mig gpu-0 on");
    simulation.mig("gpu-0", true);
    simulation.partition("gpu-0", "3g.40gb", 4);
    assertThatThrownBy(() -> simulation.partition("gpu-0", "1g.10gb", 5))
        .hasMessage("slice 4 is taken by a 3g.40gb");
    assertThatThrownBy(() -> simulation.partition("gpu-0", "9g.10gb", 5))
        .hasMessageContaining("has no MIG profile '9g.10gb'; it has 1g.10gb, 1g.10gb+me");
    assertThatThrownBy(() -> simulation.partition("gpu-0", "2g.20gb", 1))
        .hasMessageContaining("cannot start at slice 1; possible start slices: [0, 2, 4]");
    try (Nvml nvml = Nvml.init(root)) {
      PointerByReference mig = new PointerByReference();
      assertThat(nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", nvml.gpu(0), 0, mig)).isZero();
      assertThat(nvml.u32("nvmlDeviceGetGpuInstanceId", mig.getValue())).isEqualTo(2);
    }
    simulation.mig("gpu-0", false);
    simulation.migPending("gpu-0", true);
    try (Nvml nvml = Nvml.init(root)) {
      assertThat(mode(nvml, nvml.gpu(0))).containsExactly(0, 1);
    }
  }

  @Test
  void aCreateFailsWhereItIsToldTo() {
    Path root = machine("h100x1");
    try (Nvml nvml = Nvml.init(root)) {
      setMode(nvml, nvml.gpu(0), 1);
      Simulation.open(root).fail("nvmlGpuInstanceCreateComputeInstance", "gpu-0", 999);
      Made instance = create(nvml, nvml.gpu(0), ONE, 0, 1);
      assertThat(compute(nvml, instance.handle(), 0).code()).isEqualTo(999);
      assertThat(nvml.call("nvmlGpuInstanceDestroy", instance.handle())).isZero();
    }
  }
}
