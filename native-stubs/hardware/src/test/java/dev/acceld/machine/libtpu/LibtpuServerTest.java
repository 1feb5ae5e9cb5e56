package dev.acceld.machine.libtpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.acceld.libtpu.proto.metrics.Attribute;
import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusRequest;
import dev.acceld.libtpu.proto.metrics.ListSupportedMetricsRequest;
import dev.acceld.libtpu.proto.metrics.Metric;
import dev.acceld.libtpu.proto.metrics.MetricRequest;
import dev.acceld.libtpu.proto.metrics.RuntimeMetricServiceGrpc;
import dev.acceld.libtpu.proto.metrics.RuntimeMetricServiceGrpc.RuntimeMetricServiceBlockingStub;
import dev.acceld.libtpu.proto.metrics.SupportedMetric;
import dev.acceld.machine.description.MachineException;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LibtpuServerTest {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");

  private final List<LibtpuServer> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(LibtpuServer::close);
  }

  private static TpuWorkload chips(Integer... ids) {
    return new TpuWorkload(Arrays.stream(ids).map(TpuChipValues::idle).toList());
  }

  private List<RuntimeMetricServiceBlockingStub> serve(TpuWorkload workload, int ports)
      throws IOException {
    LibtpuServer server = LibtpuServer.start(workload, LOCAL, Collections.nCopies(ports, 0));
    servers.add(server);
    List<RuntimeMetricServiceBlockingStub> stubs = new ArrayList<>();
    for (int port : server.ports()) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress(new InetSocketAddress(LOCAL, port)).usePlaintext().build();
      channels.add(channel);
      stubs.add(RuntimeMetricServiceGrpc.newBlockingStub(channel));
    }
    return stubs;
  }

  private static List<Metric> ask(RuntimeMetricServiceBlockingStub stub, String name) {
    return stub.withDeadlineAfter(20, TimeUnit.SECONDS)
        .getRuntimeMetric(MetricRequest.newBuilder().setMetricName(name).build())
        .getMetric()
        .getMetricsList();
  }

  private static List<Long> ids(List<Metric> metrics) {
    return metrics.stream().map(m -> m.getAttribute().getValue().getIntAttr()).toList();
  }

  @Test
  void onePortListsAllChipsWithTheirIds() throws IOException {
    TpuWorkload workload = chips(8, 9, 12, 13);
    workload.chip(2, chip -> chip.withHbm(1, 32).withLoad(37, 0));
    var stub = serve(workload, 1).getFirst();
    assertThat(ids(ask(stub, MetricNames.HBM_USED))).containsExactly(8L, 9L, 12L, 13L);
    assertThat(ask(stub, MetricNames.HBM_USED).get(2).getGauge().getAsInt()).isEqualTo(1);
    assertThat(ask(stub, MetricNames.HBM_TOTAL).get(2).getGauge().getAsInt()).isEqualTo(32);
    assertThat(ask(stub, MetricNames.DUTY_CYCLE).get(2).getGauge().getAsDouble()).isEqualTo(37);
    workload.chip(2, chip -> chip.withLoad(38, 0));
    assertThat(ask(stub, MetricNames.DUTY_CYCLE).get(2).getGauge().getAsDouble()).isEqualTo(38);
  }

  @Test
  void severalPortsHaveTheirShareEach() throws IOException {
    var stubs = serve(chips(0, 1, 2, 3), 2);
    assertThat(ids(ask(stubs.get(0), MetricNames.HBM_TOTAL))).containsExactly(0L, 1L);
    assertThat(ids(ask(stubs.get(1), MetricNames.HBM_TOTAL))).containsExactly(2L, 3L);
  }

  @Test
  void hloMetricsNameTheDeviceAsTextInAList() throws IOException {
    var stub = serve(chips(9), 1).getFirst();
    Metric queue = ask(stub, MetricNames.QUEUE).getFirst();
    assertThat(queue.getAttribute().getValue().getKvlistAttr().getAttributesList())
        .extracting(Attribute::getKey, a -> a.getValue().getStringAttr())
        .contains(org.assertj.core.groups.Tuple.tuple("device_ordinal", "9"));
    var runs = ask(stub, MetricNames.EXECUTION).getFirst().getDistribution();
    assertThat(runs.getBucketCountsList().stream().mapToLong(n -> n).sum())
        .isEqualTo(runs.getCount());
    assertThat(runs.getMean()).isBetween(runs.getMin(), runs.getMax());
  }

  @Test
  void memoryAndQueueOfAChipAreSharedByItsDevices() throws IOException {
    TpuWorkload workload = new TpuWorkload(List.of(TpuChipValues.idle(0, 1).withWaiting(0, 3)));
    var stub = serve(workload, 1).getFirst();
    assertThat(ask(stub, MetricNames.HBM_TOTAL))
        .extracting(m -> m.getGauge().getAsInt())
        .containsExactly(8L << 30, 8L << 30);
    assertThat(ask(stub, MetricNames.QUEUE))
        .extracting(m -> m.getGauge().getAsInt())
        .containsExactly(3L, 0L);
    assertThat(ask(stub, MetricNames.DUTY_CYCLE)).hasSize(2);
    workload.dutyCyclePerChip(true);
    assertThat(ask(stub, MetricNames.DUTY_CYCLE)).hasSize(1);
  }

  @Test
  void onlySomeMetricsExistAndTheListSaysWhich() throws IOException {
    TpuWorkload workload = chips(0);
    workload.lack(List.of(MetricNames.IDLE));
    workload.support(MetricNames.OF_SEVERAL_SLICES);
    var stub = serve(workload, 1).getFirst();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> ask(stub, MetricNames.IDLE))
        .matches(e -> e.getStatus().getCode() == Status.Code.NOT_FOUND);
    for (String name : workload.supported()) {
      boolean error = name.endsWith("error.detected.gauge");
      assertThat(ask(stub, name)).as(name).hasSizeGreaterThanOrEqualTo(error ? 0 : 1);
    }
    assertThat(list(stub, "")).containsExactlyElementsOf(workload.supported());
    assertThat(list(stub, "hbm.*usage")).containsExactly(MetricNames.HBM_USED);
    assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> list(stub, "("));
  }

  private static List<String> list(RuntimeMetricServiceBlockingStub stub, String filter) {
    return stub
        .listSupportedMetrics(ListSupportedMetricsRequest.newBuilder().setFilter(filter).build())
        .getSupportedMetricList()
        .stream()
        .map(SupportedMetric::getMetricName)
        .toList();
  }

  @Test
  void faultsAreToldWhileTheyLast() throws IOException {
    TpuWorkload workload = chips(4);
    var stub = serve(workload, 1).getFirst();
    assertThat(ask(stub, MetricNames.SLICE_ERROR)).isEmpty();
    workload.error(MetricNames.SLICE_ERROR, Map.of("error_message", "link down"));
    assertThat(ask(stub, MetricNames.SLICE_ERROR)).hasSize(1);
    workload.noError(MetricNames.SLICE_ERROR);
    assertThat(ask(stub, MetricNames.SLICE_ERROR)).isEmpty();
    workload.chip(0, chip -> chip.withCoreError("halted"));
    var cores =
        stub.getTpuRuntimeStatus(GetTpuRuntimeStatusRequest.getDefaultInstance())
            .getCoreStatesMap();
    assertThat(cores).containsOnlyKeys(4);
    assertThat(cores.values()).allMatch(core -> core.getErrorMessage().equals("halted"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Habit.class,
      names = {"HANG", "SLOW", "RESET", "FLOOD"})
  void aBadHabitIsSeenByTheCaller(Habit habit) throws IOException {
    TpuWorkload workload = chips(0);
    workload.delay(Duration.ofSeconds(30));
    var stub = serve(workload, 1).getFirst();
    assertThat(ask(stub, MetricNames.HBM_TOTAL)).hasSize(1);
    workload.habit(habit, true);
    Status.Code expected =
        switch (habit) {
          case HANG, SLOW -> Status.Code.DEADLINE_EXCEEDED;
          case RESET -> Status.Code.UNAVAILABLE;
          default -> Status.Code.RESOURCE_EXHAUSTED;
        };
    var limited =
        stub.withMaxInboundMessageSize(1 << 20)
            .withDeadlineAfter(
                expected == Status.Code.DEADLINE_EXCEEDED ? 50 : 20_000, TimeUnit.MILLISECONDS);
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() ->
              limited.getRuntimeMetric(
                  MetricRequest.newBuilder().setMetricName(MetricNames.HBM_TOTAL).build()))
          .matches(e -> e.getStatus().getCode() == expected, expected.toString());
    }
    workload.habit(habit, false);
    assertThat(ask(stub.withWaitForReady(), MetricNames.HBM_TOTAL)).hasSize(1);
  }

  @Test
  void badValuesAreToldOnRequest() throws IOException {
    TpuWorkload workload = chips(0, 1, 2, 3);
    var stub = serve(workload, 1).getFirst();
    workload.habit(Habit.GARBAGE, true);
    assertThat(ask(stub, MetricNames.HBM_TOTAL).getFirst().getGauge().getAsInt()).isNegative();
    assertThat(ask(stub, MetricNames.DUTY_CYCLE).getFirst().getGauge().getAsDouble()).isNaN();
    assertThat(ask(stub, MetricNames.DUTY_CYCLE).get(2).getGauge().getAsDouble()).isEqualTo(140);
    workload.habit(Habit.GARBAGE, false);
    workload.habit(Habit.FOREIGN_CHIPS, true);
    assertThat(ids(ask(stub, MetricNames.HBM_TOTAL)))
        .containsExactlyElementsOf(LongStream.range(0, 8).boxed().toList());
    workload.habit(Habit.OLD, true);
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> list(stub, ""))
        .matches(e -> e.getStatus().getCode() == Status.Code.UNIMPLEMENTED);
  }

  @Test
  void aPortThatIsTakenIsAnErrorAndNoneIsHeld() throws IOException {
    serve(chips(0), 1);
    int taken = servers.getFirst().ports().getFirst();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> LibtpuServer.start(chips(0, 1), LOCAL, List.of(0, taken)))
        .withMessageContaining("port " + taken)
        .withRootCauseInstanceOf(BindException.class);
    assertThatExceptionOfType(MachineException.class)
        .isThrownBy(() -> LibtpuServer.start(chips(0, 1, 2), LOCAL, List.of(0, 0)))
        .withMessage("3 chips cannot be divided evenly among 2 ports");
  }
}
