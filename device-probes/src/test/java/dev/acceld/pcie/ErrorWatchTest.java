package dev.acceld.pcie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.host.PciErrors;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.AerFaults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorWatchTest {
  private static final DeviceName CHIP = new DeviceName("tpu-0000-00-05");
  private static final PciAddress FUNCTION = address("0000:00:05.0");
  private static final PciAddress SECOND = address("0000:00:05.1");
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
  private static final Signal FATAL = new Signal.Fault(CHIP, AT, AerFaults.FATAL);
  private static final Signal OVER = new Signal.FaultOver(CHIP, AT, AerFaults.FATAL);

  private final List<Signal> signals = new ArrayList<>();
  private ErrorWatch watch = new ErrorWatch(CHIP, Optional.of(Duration.ofHours(1)), signals::add);
  private long seconds;

  private static PciAddress address(String text) {
    return PciAddress.parse(text).orElseThrow();
  }

  private static PciErrors fatal(long count) {
    return new PciErrors(200 * count, count, count, Map.of());
  }

  private List<Signal> look(long correctable, long nonFatal, long fatal) {
    return look(new PciErrors(correctable, nonFatal, fatal, Map.of()));
  }

  private List<Signal> look(PciErrors errors) {
    return look(Map.of(FUNCTION, errors));
  }

  private List<Signal> look(Map<PciAddress, PciErrors> errors) {
    signals.clear();
    watch.look(errors, AT, Duration.ofSeconds(seconds).toNanos());
    return signals;
  }

  private static Signal defect(DefectKind kind, String detail) {
    return new Signal.Defect(CHIP, AT, kind, true, detail);
  }

  private static Signal over(DefectKind kind) {
    return new Signal.Defect(CHIP, AT, kind, false, "");
  }

  @Test
  void whatWasCountedBeforeIsNoNews() {
    assertThat(look(1000, 5, 2)).isEmpty();
    assertThat(look(1000, 5, 2)).isEmpty();
  }

  @Test
  void aFatalErrorIsAFaultThatEndsAfterAnHourWithoutAnother() {
    look(0, 0, 0);
    assertThat(look(0, 0, 1)).containsExactly(FATAL);
    assertThat(look(0, 0, 1)).isEmpty();
    seconds += 3000;
    assertThat(look(0, 0, 3)).containsExactly(FATAL);
    seconds += 3599;
    assertThat(look(0, 0, 3)).isEmpty();
    seconds += 1;
    assertThat(look(0, 0, 3)).containsExactly(OVER);
    assertThat(look(0, 0, 3)).isEmpty();
    assertThat(look(0, 0, 4)).containsExactly(FATAL);
  }

  /** An earlier process may have seen it: the hour begins with this one. */
  @Test
  void aFaultOfAnEarlierProcessEndsToo() {
    look(0, 0, 1);
    seconds += 3600;
    assertThat(look(0, 0, 1)).containsExactly(OVER);
  }

  @Test
  void withoutATimeOnlyAResetEndsAFatalError() {
    watch = new ErrorWatch(CHIP, Optional.empty(), signals::add);
    look(0, 0, 0);
    look(0, 1, 1);
    seconds += 1_000_000;
    assertThat(look(0, 1, 1)).isEmpty();
    assertThat(look(0, 0, 0))
        .containsExactly(new Signal.Reset(CHIP, AT), over(DefectKind.PCIE_ERRORS));
    assertThat(look(0, 0, 0)).isEmpty();
  }

  @Test
  void failedTransfersDegradeForAnHour() {
    look(PciErrors.NONE);
    assertThat(look(new PciErrors(0, 2, 0, Map.of("CmpltTO", 2L))))
        .containsExactly(defect(DefectKind.PCIE_ERRORS, "2 non-fatal errors, lately CmpltTO"));
    seconds += 1800;
    assertThat(look(new PciErrors(0, 3, 0, Map.of("CmpltTO", 2L, "UnsupReq", 1L))))
        .containsExactly(defect(DefectKind.PCIE_ERRORS, "3 non-fatal errors, lately UnsupReq"));
    seconds += 3600;
    assertThat(look(new PciErrors(0, 3, 0, Map.of("CmpltTO", 2L, "UnsupReq", 1L))))
        .containsExactly(OVER, over(DefectKind.PCIE_ERRORS));
  }

  @Test
  void aBurstOfCorrectedErrorsIsToldUntilItIsOver() {
    look(5000, 0, 0);
    seconds += 60;
    assertThat(look(5099, 0, 0)).isEmpty();
    seconds += 60;
    assertThat(look(5100, 0, 0))
        .containsExactly(defect(DefectKind.PCIE_CORRECTED, "100 in 10 min"));
    assertThat(look(5300, 0, 0)).isEmpty();
    for (int i = 0; i < 11; i++) {
      seconds += 60;
      look(5300, 0, 0);
      if (!signals.isEmpty()) {
        break;
      }
    }
    assertThat(signals).containsExactly(over(DefectKind.PCIE_CORRECTED));
  }

  @Test
  void aFewCorrectedErrorsADayAreNormal() {
    long count = 0;
    for (int hour = 0; hour < 48; hour++) {
      seconds += 600;
      count += 40;
      assertThat(look(count, 0, 0)).doesNotHaveAnyElementsOfTypes(Signal.Defect.class);
    }
  }

  /** Neither a reset when they are away, nor new errors when they are back. */
  @Test
  void countersThatCannotBeReadChangeNothing() {
    watch = new ErrorWatch(CHIP, Optional.of(Duration.ofHours(1)), signals::add);
    look(fatal(1));
    look(fatal(2));
    for (int i = 0; i < 3; i++) {
      assertThat(look(Map.of())).isEmpty();
      assertThat(look(fatal(2))).isEmpty();
    }
    assertThat(look(fatal(3))).contains(FATAL);
  }

  @Test
  void oneFunctionThatCannotBeReadIsNoResetOfBoth() {
    look(Map.of(FUNCTION, fatal(1), SECOND, fatal(4)));
    assertThat(look(Map.of(FUNCTION, fatal(1)))).isEmpty();
    assertThat(look(Map.of(SECOND, fatal(4)))).isEmpty();
    assertThat(look(Map.of(FUNCTION, fatal(1), SECOND, fatal(4)))).isEmpty();
    assertThat(look(Map.of(FUNCTION, fatal(1), SECOND, fatal(5)))).contains(FATAL);
  }

  @Test
  void whatAFunctionCountedBeforeItWasFirstSeenIsNoNews() {
    look(Map.of(FUNCTION, fatal(1)));
    assertThat(look(Map.of(FUNCTION, fatal(1), SECOND, fatal(7)))).isEmpty();
    assertThat(look(Map.of(FUNCTION, fatal(1), SECOND, fatal(7)))).isEmpty();
    assertThat(look(Map.of(FUNCTION, fatal(1), SECOND, fatal(8)))).contains(FATAL);
  }

  /** The errors of one make up for what the other has lost. */
  @Test
  void aResetOfOneFunctionIsSeenBesideErrorsOfTheOther() {
    look(Map.of(FUNCTION, fatal(3), SECOND, fatal(0)));
    assertThat(look(Map.of(FUNCTION, fatal(0), SECOND, fatal(4))))
        .containsExactly(new Signal.Reset(CHIP, AT));
    assertThat(look(Map.of(FUNCTION, fatal(0), SECOND, fatal(4)))).isEmpty();
  }

  @Test
  void whatIsCountedAfterAResetIsTheNewBeginning() {
    look(fatal(9));
    assertThat(look(fatal(2))).containsExactly(new Signal.Reset(CHIP, AT));
    assertThat(look(fatal(2))).isEmpty();
    assertThat(look(fatal(3))).contains(FATAL);
  }
}
