package dev.acceld.agent.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.Main;
import dev.acceld.libtpu.proto.metrics.Metric;
import dev.acceld.libtpu.proto.metrics.MetricRequest;
import dev.acceld.libtpu.proto.metrics.RuntimeMetricServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TpuWorkloadCommandTest {
  private static final int TERMINATED = 143;

  private final List<Process> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private BufferedReader start(String ports, String... options) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "simulate",
                "tpu-workload"));
    line.addAll(Arrays.asList(options));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("TPU_RUNTIME_METRICS_PORTS", ports);
    Process process = builder.start();
    processes.add(process);
    return process.inputReader();
  }

  private List<Metric> ask(String port, String name) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(port)).usePlaintext().build();
    channels.add(channel);
    return RuntimeMetricServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .getRuntimeMetric(MetricRequest.newBuilder().setMetricName(name).build())
        .getMetric()
        .getMetricsList();
  }

  private static String[] ports(String line) {
    Matcher ports = Pattern.compile(".* on ports? ([0-9, ]+)").matcher(line);
    assertThat(ports.matches()).as(line).isTrue();
    return ports.group(1).split(", ");
  }

  @Test
  void servesAChipOnEachPortOfTheEnvironmentUntilItIsEnded() throws Exception {
    BufferedReader said = start("0,0", "--duty-cycle", "37,40", "--ids=8,12");
    String line = said.readLine();
    assertThat(line).startsWith("serving the metrics of 2 simulated TPU chips on ports ");
    String[] ports = ports(line);
    assertThat(ports).hasSize(2);
    Metric second = ask(ports[1], "tpu.runtime.tensorcore.dutycycle.percent").getFirst();
    assertThat(second.getAttribute().getValue().getIntAttr()).isEqualTo(12);
    assertThat(second.getGauge().getAsDouble()).isEqualTo(40);

    Process process = processes.getFirst();
    process.toHandle().destroy(); // leaves its output open
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(said.lines()).as("nothing else is said").isEmpty();
  }

  @Test
  void listsAllChipsOnOnePort() throws Exception {
    String line = start("0", "--chips=4", "--hbm-used=8GiB").readLine();
    assertThat(line).startsWith("serving the metrics of 4 simulated TPU chips on port ");
    assertThat(ask(ports(line)[0], "tpu.runtime.hbm.memory.usage.bytes"))
        .extracting(metric -> metric.getGauge().getAsInt())
        .containsExactly(8L << 30, 8L << 30, 8L << 30, 8L << 30);
  }
}
