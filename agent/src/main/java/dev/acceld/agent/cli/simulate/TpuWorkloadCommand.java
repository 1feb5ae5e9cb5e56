package dev.acceld.agent.cli.simulate;

import dev.acceld.machine.libtpu.Habit;
import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.machine.libtpu.MetricNames;
import dev.acceld.machine.libtpu.TpuWorkload;
import dev.acceld.machine.libtpu.WorkloadForm;
import dev.acceld.machine.libtpu.WorkloadForm.Value;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves what libtpu would inside a workload, until it is ended. */
@Command(
    name = "tpu-workload",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the metrics of a simulated TPU workload until it is ended, as libtpu does inside of"
          + " a process that uses TPU chips: one chip for each port of TPU_RUNTIME_METRICS_PORTS."
          + " It needs no simulated machine and no agent; run it in the container of a pod.",
      "An option for a value takes one for all chips, or a list such as 37,40 with one for each."
    })
final class TpuWorkloadCommand implements Callable<Integer> {
  private static final String PORTS_VARIABLE = "TPU_RUNTIME_METRICS_PORTS";

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--ports",
      paramLabel = "LIST",
      description = "ports to listen on (default: TPU_RUNTIME_METRICS_PORTS, else 8431)")
  @Nullable String ports;

  @Option(
      names = "--one-port",
      description = "list all chips on the first port; do not open others")
  boolean onePort;

  @Option(
      names = "--chips",
      paramLabel = "N",
      description = "number of chips (default: one for each port)")
  @Nullable Integer chips;

  @Option(
      names = "--devices-per-chip",
      paramLabel = "N",
      defaultValue = "1",
      description = "JAX devices of a chip: 2 for v2, v3 and tpu7x (default: 1)")
  int devicesPerChip = 1;

  @Option(
      names = "--ids",
      paramLabel = "LIST",
      description = "IDs of the devices, such as 8,9,12,13 on a slice (default: from 0)")
  @Nullable String ids;

  @Option(names = "--hbm-total", paramLabel = "SIZE", description = "memory of a chip (16GiB)")
  @Nullable String hbmTotal;

  @Option(names = "--hbm-used", paramLabel = "SIZE", description = "memory in use (0)")
  @Nullable String hbmUsed;

  @Option(names = "--duty-cycle", paramLabel = "PERCENT", description = "TensorCore duty cycle (0)")
  @Nullable String dutyCycle;

  @Option(
      names = "--duty-cycle-per-chip",
      description = "report the duty cycle once for both devices of a chip, as v2 and v3 do")
  boolean dutyCyclePerChip;

  @Option(
      names = "--hbm-bandwidth",
      paramLabel = "PERCENT",
      description = "memory bandwidth utilization (0)")
  @Nullable String hbmBandwidth;

  @Option(names = "--idle", paramLabel = "SECONDS", description = "TensorCore idle duration (0)")
  @Nullable String idle;

  @Option(names = "--queue", paramLabel = "N", description = "programs in the queue (0)")
  @Nullable String queue;

  @Option(
      names = "--multislice",
      description = "add the metrics of a workload on several slices (megascale)")
  boolean multislice;

  @Option(
      names = "--slice-error",
      paramLabel = "TEXT",
      description = "report a slice error with this message")
  @Nullable String sliceError;

  @Option(
      names = "--lack",
      paramLabel = "METRIC",
      split = ",",
      description = "metrics that this libtpu does not have")
  List<String> lack = new ArrayList<>();

  @Option(
      names = "--habit",
      paramLabel = "NAME",
      split = ",",
      description = "faults: hang, slow, reset, garbage, foreign-chips, flood, old")
  List<String> habits = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    WorkloadForm form =
        new WorkloadForm(
            Optional.ofNullable(ports).or(() -> Optional.ofNullable(System.getenv(PORTS_VARIABLE))),
            onePort,
            Optional.ofNullable(chips),
            devicesPerChip,
            Optional.ofNullable(ids),
            values());
    TpuWorkload workload = form.workload();
    workload.dutyCyclePerChip(dutyCyclePerChip);
    if (multislice) {
      workload.support(MetricNames.OF_SEVERAL_SLICES);
    }
    workload.lack(lack.stream().map(WorkloadForm::metric).toList());
    habits.stream().map(Habit::of).forEach(habit -> workload.habit(habit, true));
    if (sliceError != null) {
      workload.error(
          MetricNames.SLICE_ERROR, Map.of("error_message", sliceError, "type", "simulated"));
    }
    try (LibtpuServer server =
        LibtpuServer.start(workload, InetAddress.ofLiteral("0.0.0.0"), form.serving())) {
      print(describe(workload, server));
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // It is ended.
    }
    return 0;
  }

  private Map<Value, String> values() {
    Map<Value, String> values = new EnumMap<>(Value.class);
    put(values, Value.HBM_TOTAL, hbmTotal);
    put(values, Value.HBM_USED, hbmUsed);
    put(values, Value.DUTY_CYCLE, dutyCycle);
    put(values, Value.HBM_BANDWIDTH, hbmBandwidth);
    put(values, Value.IDLE, idle);
    put(values, Value.QUEUE, queue);
    return values;
  }

  private static void put(Map<Value, String> values, Value value, @Nullable String text) {
    if (text != null) {
      values.put(value, text);
    }
  }

  private static String describe(TpuWorkload workload, LibtpuServer server) {
    int chips = workload.chips().size();
    return "serving the metrics of "
        + (chips == 1 ? "1 simulated TPU chip" : chips + " simulated TPU chips")
        + (server.ports().size() == 1 ? " on port " : " on ports ")
        + server.ports().stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private void print(String text) {
    if (spec != null) {
      spec.commandLine().getOut().println(text);
      spec.commandLine().getOut().flush();
    }
  }
}
