package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.MigDevice;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.host.BootId;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.mig.MigSelector;
import dev.acceld.probe.nvidia.session.OwnHandles;
import dev.acceld.selftest.DeviceSelfTest;
import dev.acceld.selftest.DeviceSelfTest.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the simulated NVML. */
class InforomCheckTest {
  private static final String CALL = "nvmlDeviceValidateInforom";
  private static final int CORRUPTED = 14;

  @TempDir Path dir;

  private Machine machine;
  private Releases releases;
  private NvidiaProbe probe;
  private List<Device> devices;
  private DeviceSelfTest test;

  @BeforeEach
  void aNodeWithEightGpus() throws Exception {
    machine = new Machine(dir.resolve("m"), "h100x8");
    releases = Releases.in(dir.resolve("released"), () -> BootId.read(machine.host()));
    probe = machine.probe(releases);
    devices = probe.discover().devices();
    test = probe.selfTest();
  }

  @AfterEach
  void close() {
    probe.close();
  }

  private Result result(int gpu) {
    return test.run(devices.get(gpu));
  }

  @Test
  void aGpuWhoseInforomIsCorruptedFailsAndTheOthersPass() {
    machine.put("fail." + CALL + ".3", CORRUPTED);
    for (int gpu = 0; gpu < 8; gpu++) {
      assertThat(test.canTest(devices.get(gpu))).isTrue();
      assertThat(result(gpu))
          .isEqualTo(
              gpu == 3
                  ? new Result.Failed(NvidiaHealthRules.CORRUPTED_INFOROM)
                  : new Result.Passed());
    }
    machine.remove("fail." + CALL + ".3");
    assertThat(result(3)).isEqualTo(new Result.Passed());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 13, 15, 17, 999})
  void anyOtherAnswerSaysNothing(int code) {
    machine.put("fail." + CALL, code);
    assertThat(result(0))
        .isInstanceOfSatisfying(
            Result.Unknown.class, unknown -> assertThat(unknown.why()).startsWith(CALL + ": "));
  }

  @Test
  void aDriverThatIsNotThereAndAGpuThatIsGoneSayNothing() {
    machine.put("fail.nvmlDeviceGetHandleByPciBusId_v2.2", 15);
    assertThat(result(2))
        .isEqualTo(new Result.Unknown("NVIDIA's driver gives no access to " + uuid(2)));
    machine.put("fail.nvmlInit_v2", 9);
    assertThat(result(1)).isInstanceOf(Result.Unknown.class);
  }

  private String uuid(int gpu) {
    return devices.get(gpu).common().uuid().orElseThrow();
  }

  /** Another GPU in its place is not the one that a claim gets. */
  @Test
  void anotherGpuInItsPlaceIsNotTestedForIt() {
    machine.gpu(4, "uuid", "GPU-00000000-1111-2222-3333-444444444444");
    assertThat(result(4)).isInstanceOf(Result.Unknown.class);
  }

  @Test
  void aPartitionIsTestedByItsGpu() throws Exception {
    machine.put("fail." + CALL + ".5", CORRUPTED);
    probe.close();
    probe = new NvidiaProbe(machine.root(), machine.host(), releases, MigSelector.parse("4,5"));
    devices = probe.discover().devices();
    List<Device> parts = devices.stream().filter(d -> d instanceof MigDevice).toList();
    assertThat(parts).isNotEmpty().allMatch(test::canTest);
    for (Device part : parts) {
      boolean ofTheFifth = ((MigDevice) part).parentUuid().equals(machine.get(5, "uuid"));
      assertThat(test.run(part) instanceof Result.Failed).isEqualTo(ofTheFifth);
    }
  }

  /** A release must find nothing that this has left open. */
  @Test
  void nothingIsLeftOpenAndWhatIsReleasedIsNotTouched() throws Exception {
    releases.release(devices.get(6).name(), devices.get(6).common().pci());
    probe.discover();
    assertThat(result(6))
        .isInstanceOfSatisfying(
            Result.Unknown.class, unknown -> assertThat(unknown.why()).contains("released"));
    assertThat(open()).noneMatch(file -> file.endsWith("nvidia6"));
    assertThat(result(5)).isEqualTo(new Result.Passed());
    assertThat(open()).noneMatch(file -> file.endsWith("nvidia6"));

    releases.releaseAll("");
    probe.discover();
    assertThat(result(5)).isInstanceOf(Result.Unknown.class);
    probe.close();
    assertThat(open()).isEmpty();
  }

  private List<String> open() {
    return OwnHandles.all().stream().filter(f -> f.startsWith(machine.root().toString())).toList();
  }
}
