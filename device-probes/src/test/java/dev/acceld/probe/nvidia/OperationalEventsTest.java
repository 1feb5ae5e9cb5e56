package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** GPU Operational Events, from a simulated driver of release 620 to signals. */
class OperationalEventsTest {
  private static final String REGISTER = "nvmlEventSetRegisterGpuOperationalEvents_v1";
  private static final String OVERFLOW = Integer.toString(1 << 6);

  @TempDir Path dir;
  private Machine machine;
  private NvidiaProbe probe;
  private List<Device> devices = List.of();

  @BeforeEach
  void aNodeWithDriver620() {
    machine = machine("h100x8", "620.30.01");
    probe = machine.probeOfOperationalEvents();
  }

  private Machine machine(String name, String driver) {
    return new Machine(dir.resolve(name + driver), Machine.withDriver(name, driver, List.of()));
  }

  private Discovery open(String name, String driver) throws Exception {
    machine = machine(name, driver);
    return reopen(true);
  }

  private Discovery reopen(boolean wanted) throws Exception {
    probe.close();
    probe = wanted ? machine.probeOfOperationalEvents() : machine.probe();
    return open();
  }

  private Discovery open() throws Exception {
    Discovery found = probe.discover();
    devices = found.devices();
    return found;
  }

  @AfterEach
  void close() {
    probe.close();
  }

  private List<String> arriving(int count) {
    List<String> seen = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          probe.signals().forEach(signal -> seen.add(brief(signal)));
          return seen.size() >= count;
        });
    return seen;
  }

  private static String brief(Signal signal) {
    return signal instanceof Signal.Fault fault
        ? fault.device()
            + " "
            + fault.code().signal()
            + (fault.source() == FaultSource.SECOND_EVENT ? " again" : "")
        : signal.toString();
  }

  private String gpu(int n) {
    return machine.name(n).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "GPU-RAS 23 2 40 50 32 0 1,  operational-event-GPU-RAS-0x0017.fatal.memory-integrity-error",
    "GPU-RAS 23 2 30 40 32 0 1, "
        + " operational-event-GPU-RAS-0x0017.recoverable.memory-integrity-error",
    "GPU-PCIE 2 3 20 30 0 0 1,   operational-event-GPU-PCIE-0x0002.corrected.interconnect-error",
    "GPU-PSHC 1 4660 10 30 0 0 1, operational-event-GPU-PSHC-0x0001.informational",
    "GPU-RAS 23 2 50 50 32 0 1,  operational-event-GPU-RAS-0x0017.fatal.memory-integrity-error",
    "GPU-RAS 23 2 40 50 32 1 1,  operational-event-GPU-RAS-0x0017.recovered.memory-integrity-error",
    "GPU-RAS 23 2 40 50 32 2 1,  operational-event-GPU-RAS-0x0017.previous.memory-integrity-error",
    "gpu;ras/x? 4294967295 9 30 40 0 0 0, operational-event-GPU-RAS-X-0xFFFFFFFF.recoverable",
    "SIXTEEN-LETTERS- 1 1 30 40 0 0 0,"
        + " operational-event-SIXTEEN-LETTERS-0x0001.recoverable.timeout",
    "!!! 1 1 30 40 0 0 0,         operational-event-UNKNOWN-0x0001.recoverable.timeout"
  })
  void anEventIsAFaultByItsIdentityAndSeverity(String event, String signal) throws Exception {
    assertThat(open().problems()).isEmpty();
    machine.operational(3, 0, event);
    assertThat(arriving(1)).containsExactly(gpu(3) + " " + signal);
  }

  @Test
  void whatIsBelowANoticeIsTelemetry() throws Exception {
    open();
    machine
        .operational(3, 0, "GPU-RAS 23 2 10 20 0 0 1")
        .operational(3, 0, "GPU-RAS 24 2 10 30 0 0 2");
    assertThat(arriving(1))
        .containsExactly(
            gpu(3) + " operational-event-GPU-RAS-0x0018.informational.memory-integrity-error");
  }

  @Test
  void anEventWithAnXidIsThatXidOnceMoreAndOnceInItsGroup() throws Exception {
    open();
    machine
        .operational(3, 79, "GPU-BUS 3 3 40 50 32 0 7")
        .xid(3, 79)
        .operational(3, 79, "GPU-BUS 1 3 40 50 0 0 7")
        .operational(3, 79, "GPU-BUS 3 3 40 50 32 0 8")
        .xid(5, 31);
    assertThat(arriving(4))
        .containsExactlyInAnyOrder(
            gpu(3) + " xid-79 again",
            gpu(3) + " xid-79",
            gpu(3) + " xid-79 again",
            gpu(5) + " xid-31");
  }

  @Test
  void aContextThatCannotBeReadHidesNoOtherAndAnXidCountsOnceAnEvent() throws Exception {
    open();
    machine
        .operational(3, 0, "GPU-BUS 3 3 40 50 32 0 0 -,0,79,31,79,-")
        .operational(3, 0, "GPU-BUS 4 3 40 50 32 0 0 0,0")
        .operational(4, 94, "GPU-BUS 3 3 40 50 32 0 0");
    assertThat(arriving(4))
        .containsExactly(
            gpu(3) + " xid-79 again",
            gpu(3) + " xid-31 again",
            gpu(3) + " operational-event-GPU-BUS-0x0004.fatal.interconnect-error",
            gpu(4) + " xid-94 again");
  }

  @Test
  void contextsBeyondTheMaximumAreLogged() throws Exception {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("dev.acceld.probe.nvidia.session");
    logged.start();
    logger.addAppender(logged);
    try {
      open();
      machine.operational(3, 0, "GPU-BUS 3 3 40 50 32 0 1 " + "0,".repeat(32) + "79");
      assertThat(arriving(1))
          .containsExactly(gpu(3) + " operational-event-GPU-BUS-0x0003.fatal.interconnect-error");
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anySatisfy(line -> assertThat(line).contains("not all contexts of 1", "33 contexts"));
  }

  @Test
  void withoutUuidsNoXidIsLostAndTheOnlyGpuIsMeant() throws Exception {
    open();
    machine
        .put("event.nameless", 1)
        .operational(3, 0, "GPU-RAS 23 2 40 50 32 0 1")
        .operational(3, 79, "GPU-BUS 3 3 40 50 32 0 2")
        .xid(3, 79);
    assertThat(arriving(1)).containsExactly(gpu(3) + " xid-79");

    open("l4x1", "620.30.01");
    machine.put("event.nameless", 1).operational(0, 0, "GPU-RAS 23 2 40 50 32 0 1").xid(0, 79);
    assertThat(arriving(2))
        .containsExactlyInAnyOrder(
            gpu(0) + " operational-event-GPU-RAS-0x0017.fatal.memory-integrity-error",
            gpu(0) + " xid-79");
  }

  @Test
  void whereXidsAreNotHeardEitherNobodySaysThatTheyAre() throws Exception {
    machine.put("fail.nvmlEventSetCreate", 999);
    assertThat(reopen(true).problems())
        .hasSize(2)
        .noneMatch(problem -> problem.contains("all the same"))
        .anyMatch(problem -> problem.startsWith("GPU operational events"))
        .anyMatch(problem -> problem.startsWith("XID events are not available for any GPU"));
  }

  @Test
  void aGpuWithoutXidEventsHasOperationalEventsAllTheSame() throws Exception {
    machine.put("fail.nvmlDeviceRegisterEvents.3", 999);
    assertThat(open().problems()).singleElement().asString().contains("its XID events");
    machine.operational(3, 0, "GPU-RAS 23 2 40 50 32 0 1");
    assertThat(arriving(1)).singleElement().asString().startsWith(gpu(3) + " operational");
  }

  @Test
  void whatIsSimulatedDoesNotCountAndAnXidOfBeforeIsNone() throws Exception {
    open();
    machine
        .operational(3, 0, "GPU-RAS 23 2 40 50 32 4 1")
        .operational(3, 79, "GPU-BUS 3 3 40 50 32 4 2")
        .operational(3, 79, "GPU-BUS 3 3 40 50 32 2 3");
    assertThat(arriving(1))
        .containsExactly(gpu(3) + " operational-event-GPU-BUS-0x0003.previous.interconnect-error");
  }

  @Test
  void anOverflowIsOneMoreFaultThatCounts() throws Exception {
    open();
    machine.operational(3, 31, "GPU-RAS 23 2 30 40 " + OVERFLOW + " 0 1");
    assertThat(arriving(2))
        .containsExactly(gpu(3) + " operational-event-OVERFLOW.overflow", gpu(3) + " xid-31 again");
  }

  @Test
  void withoutTheSettingNothingIsRegistered() throws Exception {
    machine.put("fail." + REGISTER, 999);
    assertThat(reopen(false).problems()).isEmpty();
    machine.operational(3, 0, "GPU-RAS 23 2 40 50 32 0 1").xid(3, 31);
    assertThat(arriving(1)).containsExactly(gpu(3) + " xid-31");
    assertThat(threads()).doesNotContain("nvidia-operational-events").contains("nvidia-events");
    assertThat(reopen(true).problems()).as("the check can fail").hasSize(1);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  @Test
  void closingEndsBothThreads() throws Exception {
    open();
    assertThat(threads()).contains("nvidia-operational-events", "nvidia-events");
    probe.close();
    assertThat(threads()).doesNotContain("nvidia-operational-events", "nvidia-events");
  }

  @Test
  void aDriverWithoutThemIsOneSentenceAndXidsAreHeard() throws Exception {
    assertThat(open("h100x8", "610.43.02").problems())
        .singleElement()
        .asString()
        .isEqualTo(
            "GPU operational events (--nvidia-operational-events) are not available for any GPU:"
                + " this driver's library has no "
                + REGISTER
                + "; driver 615 and newer have it; XIDs are reported all the same");
    machine.xid(3, 79);
    assertThat(arriving(1)).containsExactly(gpu(3) + " xid-79");
    assertThat(probe.read(devices).of(machine.name(0)).get(Metric.XID_HEARD)).isEqualTo(1);
    assertThat(reopen(false).problems()).isEmpty();
  }

  @Test
  void gpusBeforeTuringHaveNone() throws Exception {
    assertThat(open("v100x4", "620.30.01").problems())
        .singleElement()
        .asString()
        .contains("any GPU", REGISTER, "NOT_SUPPORTED");
    machine.xid(1, 79);
    assertThat(arriving(1)).containsExactly(gpu(1) + " xid-79");
  }

  @Test
  void aGpuThatCannotRegisterCostsOnlyItselfAndIsTriedAgain() throws Exception {
    machine.put("fail." + REGISTER + ".3", 999);
    assertThat(reopen(true).problems())
        .singleElement()
        .asString()
        .startsWith(gpu(3) + ": its GPU operational events");
    machine
        .operational(3, 0, "GPU-RAS 23 2 40 50 32 0 1")
        .operational(4, 0, "GPU-RAS 23 2 40 50 32 0 2");
    assertThat(arriving(1)).singleElement().asString().startsWith(gpu(4) + " operational");
    machine.remove("fail." + REGISTER + ".3");
    assertThat(probe.discover().problems()).isEmpty();
    machine.operational(3, 0, "GPU-RAS 23 2 40 50 32 0 3");
    assertThat(arriving(1)).singleElement().asString().startsWith(gpu(3) + " operational");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 13})
  void aWaitThatIsRefusedCostsThePreviewAndNoXid(int code) throws Exception {
    open();
    machine.put("fail.nvmlEventSetWait_v3", code);
    await().atMost(Duration.ofSeconds(10)).until(() -> !probe.discover().problems().isEmpty());
    assertThat(probe.discover().problems())
        .singleElement()
        .asString()
        .contains("operational events", "nvmlEventSetWait_v3");
    machine.xid(3, 79);
    assertThat(arriving(1)).containsExactly(gpu(3) + " xid-79");
    assertThat(probe.read(devices).of(machine.name(0)).get(Metric.XID_HEARD)).isEqualTo(1);
  }

  @Test
  void aWaitThatFailsForATimeIsStatedAndNoXidIsLost() throws Exception {
    open();
    machine.put("fail.nvmlEventSetWait_v3", 999);
    await().atMost(Duration.ofSeconds(20)).until(() -> !probe.discover().problems().isEmpty());
    assertThat(probe.discover().problems())
        .singleElement()
        .asString()
        .contains("nvmlEventSetWait_v3", "UNKNOWN", "XIDs are reported all the same");
    assertThat(probe.read(devices).of(machine.name(0)).get(Metric.XID_HEARD)).isEqualTo(1);
    machine.xid(3, 79);
    assertThat(arriving(1)).containsExactly(gpu(3) + " xid-79");
    machine.remove("fail.nvmlEventSetWait_v3").operational(3, 0, "GPU-RAS 23 2 40 50 32 0 1");
    assertThat(arriving(1)).singleElement().asString().startsWith(gpu(3) + " operational");
    assertThat(probe.discover().problems()).isEmpty();
  }

  @Test
  void oneWaitThatIsRefusedEndsNothing() throws Exception {
    open();
    machine.put("fail.nvmlEventSetWait_v3", 2);
    Thread.sleep(500); // one wait ends, and the next begins a second later
    assertThat(probe.discover().problems()).isEmpty();
    machine.remove("fail.nvmlEventSetWait_v3").operational(3, 0, "GPU-RAS 23 2 40 50 32 0 1");
    assertThat(arriving(1)).singleElement().asString().startsWith(gpu(3) + " operational");
    assertThat(probe.discover().problems()).isEmpty();
  }

  @Test
  void contextsThatCannotBeReadHideNoEvent() throws Exception {
    open();
    machine.put("fail.nvmlEventSetGetContextCount_v1", 999);
    machine.operational(3, 79, "GPU-BUS 3 3 40 50 32 0 1");
    assertThat(arriving(1))
        .containsExactly(gpu(3) + " operational-event-GPU-BUS-0x0003.fatal.interconnect-error");
  }

  @Test
  void theyArriveAfterTheDriverWasLoadedAnew() throws Exception {
    open();
    machine.operational(6, 79, "GPU-BUS 3 3 40 50 32 0 1");
    assertThat(arriving(1)).containsExactly(gpu(6) + " xid-79 again");
    machine.reloadDriver();
    probe.discover();
    machine
        .operational(7, 0, "GPU-RAS 23 2 40 50 32 0 1")
        .operational(6, 79, "GPU-BUS 3 3 40 50 32 0 1"); // its groups begin anew
    assertThat(arriving(2))
        .containsExactly(
            gpu(7) + " operational-event-GPU-RAS-0x0017.fatal.memory-integrity-error",
            gpu(6) + " xid-79 again");
  }
}
