package dev.acceld.e2e.hour;

import static java.util.Objects.requireNonNull;

import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.machine.libtpu.MetricNames;
import dev.acceld.machine.libtpu.TpuChipValues;
import dev.acceld.machine.libtpu.TpuWorkload;
import java.io.IOException;
import java.net.InetAddress;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The hour of the node with eight TPU chips: a training on a block of four, an idle pod on one, and
 * a chip that is lost and comes back.
 */
final class TpuHour {
  private static final String TRAINING = "127.84.2.1";
  private static final int FIRST_PORT = 8431;
  private static final int CHIPS = 4;

  private final FleetNode node;
  private final NodePods pods;
  private @Nullable LibtpuServer libtpu;

  TpuHour(FleetNode node) {
    this.node = node;
    this.pods = new NodePods(node);
  }

  void write(Script script) {
    script.at(1, "a training on a block of four chips", this::train);
    script.at(50, "the training ends", this::end);
    script.at(
        10,
        "a pod that does nothing on tpu-6",
        () -> pods.start("notebooks", "tpu-notebook", "127.84.2.2", "tpu-6"));
    script.at(53, "the pod that did nothing ends", () -> pods.end("tpu-notebook"));
    script.at(33, "tpu-7 is lost", () -> node.machine().lose("tpu-7"));
    script.at(45, "tpu-7 is back", () -> node.machine().restore("tpu-7"));
  }

  private void train() throws IOException, InterruptedException {
    TpuWorkload workload =
        new TpuWorkload(
            IntStream.range(0, CHIPS)
                .mapToObj(chip ->
                    TpuChipValues.idle(chip)
                        .withHbm(12L << 30, 16L << 30)
                        .withLoad(80 + chip, 55)
                        .withWaiting(0, 3))
                .toList());
    workload.support(MetricNames.OF_SEVERAL_SLICES);
    libtpu =
        LibtpuServer.start(
            workload,
            InetAddress.ofLiteral(TRAINING),
            IntStream.range(FIRST_PORT, FIRST_PORT + CHIPS).boxed().toList());
    String block = node.published("tpu-0").replace("tpu-", "tpu-2x2-");
    pods.start(
        "training", "tpu-train", TRAINING, 1, device -> device.path("name").asText().equals(block));
  }

  private void end() {
    requireNonNull(libtpu).close();
    pods.end("tpu-train");
  }
}
