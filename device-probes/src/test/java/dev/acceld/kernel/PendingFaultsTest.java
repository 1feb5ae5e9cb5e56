package dev.acceld.kernel;

import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.ProbeStatus.State;
import dev.acceld.device.Vendor;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.kernel.PendingFaults.Pending;
import dev.acceld.kernel.fault.LoggedFault;
import dev.acceld.kernel.fault.LoggedFault.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long a fault from the log waits for its device. */
class PendingFaultsTest {
  private static final PciAddress PLACE = PciAddress.parse("0000:17:00.0").orElseThrow();
  private static final long SOON = PendingFaults.PATIENCE.plusSeconds(1).toSeconds();

  private final List<LoggedFault> judged = new ArrayList<>();
  private Verdict verdict = Verdict.NEW;
  private final PendingFaults faults =
      new PendingFaults((fault, last) -> {
        Verdict now = verdict == Verdict.NOT_YET && last ? Verdict.NEW : verdict;
        if (now == Verdict.NEW) {
          judged.add(fault);
        }
        return now;
      });

  private void add(long sequence, long seconds) {
    faults.add(
        new Pending(
            PLACE,
            NvidiaHealthRules.xid(119),
            Instant.EPOCH,
            false,
            true,
            "nvidia",
            sequence,
            nanos(seconds)));
  }

  private static long nanos(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private static Inventory with(State nvidia, Device... devices) {
    return new Inventory(
        Instant.EPOCH,
        List.of(devices),
        Set.of(),
        List.of(
            new ProbeStatus("nvidia", nvidia, Instant.EPOCH, ""),
            new ProbeStatus("amd", State.FAILED, Instant.EPOCH, "")));
  }

  private static Device gpu() {
    return new Gpu(
        new DeviceCommon(
            name("gpu-0"),
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            "gpu-0",
            Optional.of(PLACE),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "GPU-0",
        "H100",
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        80L << 30,
        "580.1.2");
  }

  /** XID 119 may be why NVML does not come back. */
  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"HUNG", "FAILED", "STARTING"})
  void itWaitsForADriverThatDoesNotAnswer(State state) {
    add(7, 0);
    for (long second = 0; second < 3600; second++) {
      faults.settle(with(state), nanos(second));
    }
    assertThat(faults.first()).as("the position stays before it").hasValue(7);
    faults.settle(with(State.READY, gpu()), nanos(3600));
    assertThat(judged).hasSize(1);
    assertThat(faults.first()).isEmpty();
  }

  @Test
  void itHasItsPatienceFromTheFirstAnswerOn() {
    add(7, 0);
    faults.settle(with(State.HUNG), nanos(600));
    faults.settle(with(State.READY), nanos(601));
    assertThat(faults.left()).hasSize(1);
    faults.settle(with(State.READY), nanos(600 + SOON));
    assertThat(faults.left()).isEmpty();
    assertThat(judged).isEmpty();
  }

  /** The readings that tell whether it is over come after the device. */
  @Test
  void anOldOneIsNotJudgedBeforeTheDriverHasBeenAsked() {
    verdict = Verdict.NOT_YET;
    add(7, 0);
    faults.settle(with(State.HUNG), nanos(600));
    faults.settle(with(State.READY, gpu()), nanos(601));
    assertThat(judged).isEmpty();
    faults.settle(with(State.READY, gpu()), nanos(600 + SOON));
    assertThat(judged).hasSize(1);
  }

  /**
   * Another vendor's probe that fails for good holds nothing up, nor a driver that is not there.
   */
  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"READY", "WAITING"})
  void itDoesNotWaitForADeviceThatIsNotThere(State state) {
    add(7, 0);
    faults.settle(with(state), nanos(1));
    assertThat(faults.left()).hasSize(1);
    faults.settle(with(state), nanos(SOON));
    assertThat(faults.left()).isEmpty();
  }

  @Test
  void theirNumberIsBoundedWhateverTheDriverDoes() {
    for (int i = 0; i < 5000; i++) {
      add(i, i);
      faults.settle(with(State.HUNG), nanos(i));
    }
    assertThat(faults.left()).hasSize(1024);
    assertThat(faults.first()).hasValue(5000 - 1024);
  }
}
