package dev.acceld.e2e.hour;

import dev.acceld.machine.Simulation;

/**
 * The hour of the node with GPUs and TPU chips: pods on both, a claim that is deleted before it is
 * prepared, and a driver that hangs.
 */
final class MixedHour {
  private static final String HANGS = "nvmlDeviceGetCount_v2";

  private final FleetNode node;
  private final NodePods pods;

  MixedHour(FleetNode node) {
    this.node = node;
    this.pods = new NodePods(node);
  }

  void write(Script script) {
    script.at(
        0,
        "no GPU is busy",
        () -> {
          node.machine().set("gpu-0", "utilization", "0");
          node.machine().set("gpu-1", "utilization", "0");
        });
    script.at(
        5,
        "a pod on a GPU",
        () -> {
          pods.start("batch", "render", "127.84.3.1", "gpu-0");
          node.machine().set("gpu-0", "utilization", "60");
        });
    script.at(8, "a pod on a chip", () -> pods.start("batch", "score", "127.84.3.2", "tpu-0"));
    script.at(22, "a claim that is deleted too early", () -> pods.startTooLate("batch", "late"));
    script.at(
        35,
        "the pod on the GPU ends",
        () -> {
          node.machine().set("gpu-0", "utilization", "0");
          pods.end("render");
        });
    script.at(52, "the pod on the chip ends", () -> pods.end("score"));
    script.at(55, "NVIDIA's driver hangs", () -> node.machine().hang(HANGS));
    script.at(58, "and goes on", this::goOn);
  }

  private void goOn() {
    Simulation machine = node.machine();
    machine.unhang(HANGS);
  }
}
