package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.device.Summary;
import dev.acceld.device.SummaryMetric;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.machine.libtpu.MetricNames;
import dev.acceld.machine.libtpu.TpuChipValues;
import dev.acceld.machine.libtpu.TpuWorkload;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.DeviceHolder;
import dev.acceld.probe.Signal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TpuWorkloadsTest {
  /** An address of this test's own, so that the usual port is free there. */
  private static final String POD = "127.0.91.1";

  private static final long GIB = 1L << 30;
  private static final long PERIOD = 10_000_000_000L;

  @TempDir Path root;
  private final List<DeviceHolder> holders = new ArrayList<>();
  private final Map<String, String> addresses = new HashMap<>();
  private final List<String> doubted = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final List<AutoCloseable> open = new ArrayList<>();
  private List<Device> devices = List.of();
  private TpuWorkloads workloads = new TpuWorkloads(ClusterView.NONE);

  @BeforeEach
  void machine() throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    devices = TpuTests.probe(new HostFs(tree.root())).discover().devices();
    workloads = new TpuWorkloads(new Cluster(), nanos::get);
    open.add(workloads);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private final class Cluster implements ClusterView {
    @Override
    public Map<String, String> nodeLabels() {
      return Map.of();
    }

    @Override
    public List<DeviceHolder> holders() {
      return List.copyOf(holders);
    }

    @Override
    public Optional<String> address(DeviceHolder holder) {
      return Optional.ofNullable(addresses.get(holder.uid()));
    }

    @Override
    public void addressInDoubt(DeviceHolder holder) {
      doubted.add(holder.uid());
    }
  }

  private void hold(String uid, String address, String... names) {
    holders.add(new DeviceHolder("ns/" + uid, uid, Stream.of(names).map(DeviceName::new).toList()));
    addresses.put(uid, address);
  }

  private LibtpuServer serve(TpuChipValues... chips) throws Exception {
    LibtpuServer server =
        LibtpuServer.start(
            new TpuWorkload(List.of(chips)), InetAddress.ofLiteral(POD), List.of(8431));
    open.add(server);
    return server;
  }

  private Sample of(String name) {
    return workloads.read(devices).samples().getOrDefault(new DeviceName(name), Sample.EMPTY);
  }

  /** The workload is asked again and again: on a busy machine its first answer may be late. */
  private void awaitReadings(String name) {
    await()
        .until(() -> {
          nanos.addAndGet(PERIOD);
          return !of(name).isEmpty();
        });
  }

  /** The ids are those of a larger slice, and one port speaks for all. */
  @Test
  void theChipsOfAShapeAreToldApartByRank() throws Exception {
    hold("c", POD, "tpu-2x2-0000-00-04");
    serve(
        TpuChipValues.idle(8).withLoad(10, 1).withHbm(GIB, 16 * GIB),
        TpuChipValues.idle(9).withLoad(20, 2).withHbm(2 * GIB, 16 * GIB),
        TpuChipValues.idle(12).withLoad(30, 3).withHbm(3 * GIB, 16 * GIB),
        TpuChipValues.idle(13).withLoad(40, 4).withHbm(4 * GIB, 16 * GIB).withWaiting(5, 7));
    awaitReadings("tpu-0000-00-09");
    assertThat(of("tpu-0000-00-04").get(Metric.UTILIZATION)).isEqualTo(0.1);
    assertThat(of("tpu-0000-00-07").get(Metric.UTILIZATION)).isEqualTo(0.2);
    assertThat(of("tpu-0000-00-08").get(Metric.MEMORY_USED)).isEqualTo(3 * GIB);
    assertThat(of("tpu-0000-00-09"))
        .extracting(
            s -> s.get(Metric.DRAM_ACTIVE),
            s -> s.get(Metric.MEMORY_TOTAL),
            s -> s.get(Metric.MEMORY_FREE),
            s -> s.get(Metric.IDLE_DURATION),
            s -> s.get(Metric.QUEUED_PROGRAMS))
        .containsExactly(0.04, 16.0 * GIB, 12.0 * GIB, 5.0, 7.0);
    assertThat(of("tpu-0000-00-0a").isEmpty()).as("a chip of nobody's").isTrue();
    assertThat(workloads.problems()).isEmpty();
  }

  @Test
  void aClaimThatIsGoneHasNoReadings() throws Exception {
    hold("c", POD, "tpu-0000-00-04");
    serve(TpuChipValues.idle(0).withLoad(50, 1));
    awaitReadings("tpu-0000-00-04");
    holders.clear();
    assertThat(workloads.read(devices).samples()).isEmpty();
  }

  @Test
  void anOldAnswerSaysNothingOfNow() throws Exception {
    hold("c", POD, "tpu-0000-00-04");
    LibtpuServer server = serve(TpuChipValues.idle(0).withLoad(50, 1));
    awaitReadings("tpu-0000-00-04");
    server.close();
    nanos.addAndGet(31_000_000_000L);
    await().until(() -> of("tpu-0000-00-04").isEmpty());
    await("nobody serves: no fault, once a call under way has ended")
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          nanos.addAndGet(PERIOD);
          workloads.read(devices);
          return workloads.problems().isEmpty();
        });
  }

  /** A pod whose sandbox was made anew has another address, and its claims stay as they are. */
  @Test
  void whenAWorkloadNoLongerAnswersItsAddressIsDoubtedOnce() throws Exception {
    hold("c", POD, "tpu-0000-00-04");
    LibtpuServer server = serve(TpuChipValues.idle(0).withLoad(50, 1));
    awaitReadings("tpu-0000-00-04");
    server.close();
    await()
        .until(() -> {
          nanos.addAndGet(PERIOD);
          return of("tpu-0000-00-04").isEmpty() && !doubted.isEmpty();
        });
    for (int i = 0; i < 5; i++) {
      nanos.addAndGet(PERIOD);
      workloads.read(devices);
    }
    assertThat(doubted).containsExactly("c");
  }

  /** Programs by chip and type of core; what the process tells is with its first chip. */
  @Test
  void whatTookHowLongIsSummedUp() throws Exception {
    hold("c", POD, "tpu-1x2-0000-00-04");
    TpuWorkload workload = new TpuWorkload(List.of(TpuChipValues.idle(0), TpuChipValues.idle(1)));
    workload.support(MetricNames.OF_SEVERAL_SLICES);
    open.add(LibtpuServer.start(workload, InetAddress.ofLiteral(POD), List.of(8431)));
    awaitReadings("tpu-0000-00-07");
    Map<DeviceName, List<Summary>> told = workloads.read(devices).summaries();
    List<Summary> first = told.getOrDefault(new DeviceName("tpu-0000-00-04"), List.of());
    List<Summary> second = told.getOrDefault(new DeviceName("tpu-0000-00-07"), List.of());
    assertThat(second)
        .singleElement()
        .matches(s -> s.metric() == SummaryMetric.PROGRAM_DURATION)
        .matches(s -> s.part().equals("tensor_core") && s.count() == 100);
    assertThat(first)
        .extracting(s -> s.metric() + " " + s.part())
        .doesNotHaveDuplicates()
        .contains(
            "PROGRAM_DURATION tensor_core",
            "OPERATION_DURATION host_to_device",
            "OPERATION_DURATION collective",
            "DELIVERY_RATE ")
        .hasSize(13);
    assertThat(first)
        .filteredOn(s -> s.part().equals("collective"))
        .singleElement()
        .satisfies(s -> {
          assertThat(s.count()).as("of both sizes of buffers").isEqualTo(200);
          assertThat(s.sum() / s.count())
              .as("around 64 and 128 microseconds")
              .isBetween(4e-5, 2e-4);
          assertThat(s.quantiles()).containsOnlyKeys(0.5, 0.9, 0.95, 0.999);
          assertThat(s.quantiles().get(0.5)).isBetween(4e-5, 2e-4);
        });
  }

  @Test
  void aPodWithoutAnAddressOrWithoutMetricsCostsNothing() {
    hold("c", POD, "tpu-0000-00-04");
    hold("d", "127.0.91.2", "tpu-0000-00-07");
    addresses.remove("c");
    for (int i = 0; i < 5; i++) {
      nanos.addAndGet(PERIOD);
      assertThat(workloads.read(devices).samples()).isEmpty();
    }
    assertThat(workloads.problems()).isEmpty();
  }

  @Test
  void chipsThatAreNotThePodsAreNamedAndNotAttributed() throws Exception {
    hold("c", POD, "tpu-1x2-0000-00-04");
    serve(TpuChipValues.idle(0), TpuChipValues.idle(1), TpuChipValues.idle(2));
    await()
        .until(() -> {
          workloads.read(devices);
          return !workloads.problems().isEmpty();
        });
    assertThat(workloads.problems().getFirst()).startsWith("libtpu's metrics of claim ns/c: ");
    assertThat(of("tpu-0000-00-04").has(Metric.UTILIZATION)).isFalse();
  }

  /** It is over when the workload no longer says so, and when the workload is gone. */
  @Test
  void anErrorOfACoreIsADefectOfItsChip() throws Exception {
    hold("c", POD, "tpu-1x2-0000-00-04");
    serve(TpuChipValues.idle(0), TpuChipValues.idle(1).withCoreError("core halted"));
    List<Signal> signals = new ArrayList<>();
    await()
        .until(() -> {
          workloads.read(devices);
          signals.addAll(workloads.errors(Instant.EPOCH));
          return !signals.isEmpty();
        });
    DeviceName chip = new DeviceName("tpu-0000-00-07");
    assertThat(signals).singleElement().isInstanceOf(Signal.Defect.class);
    assertThat((Signal.Defect) signals.getFirst())
        .matches(d -> d.device().equals(chip) && d.present())
        .matches(d -> d.kind() == DefectKind.RUNTIME_ERROR && d.detail().contains("core halted"));
    workloads.read(devices);
    assertThat(workloads.errors(Instant.EPOCH)).as("told once").isEmpty();
    holders.clear();
    workloads.read(devices);
    assertThat(workloads.errors(Instant.EPOCH))
        .containsExactly(
            new Signal.Defect(chip, Instant.EPOCH, DefectKind.RUNTIME_ERROR, false, ""));
  }

  /** Their containers share the network, so it cannot be told who serves which. */
  @Test
  void theClaimsOfOnePodAreAskedAsOne() throws Exception {
    hold("c", POD, "tpu-0000-00-07");
    hold("d", POD, "tpu-0000-00-04");
    serve(TpuChipValues.idle(0).withLoad(10, 1), TpuChipValues.idle(1).withLoad(20, 1));
    awaitReadings("tpu-0000-00-07");
    assertThat(of("tpu-0000-00-04").get(Metric.UTILIZATION)).isEqualTo(0.1);
    assertThat(of("tpu-0000-00-07").get(Metric.UTILIZATION)).isEqualTo(0.2);
  }
}
