package dev.acceld.e2e.hour;

import dev.acceld.machine.GpuProcesses;
import dev.acceld.machine.Simulation;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The hour of the node with eight GPUs: pods that work, one that holds a GPU and does nothing, a
 * GPU that fails and is repaired, one that gets too hot, a restart of the agent, and an API server
 * that is away.
 */
final class GpuHour {
  private static final int GPUS = 8;
  private static final List<String> TRAINERS = List.of("gpu-1", "gpu-2", "gpu-3");

  private final FleetNode node;
  private final NodePods pods;
  private final Set<String> busy = new HashSet<>();

  GpuHour(FleetNode node) {
    this.node = node;
    this.pods = new NodePods(node);
  }

  void write(Script script) {
    script.at(0, "no GPU is busy", () -> all().forEach(gpu -> load(gpu, 0)));
    script.at(
        0,
        "a service on gpu-0, for the whole hour",
        () -> pods.start("inference", "serve-0", "127.84.1.1", "gpu-0"));
    for (int minute = 1; minute < HourMain.MINUTES; minute++) {
      int percent = 40 + 10 * (minute % 4);
      script.at(minute, "requests come and go", () -> load("gpu-0", percent));
    }
    training(script, "train-0", 2, 28);
    script.at(
        4,
        "a notebook that does nothing on gpu-4, for the whole hour",
        () -> pods.start("notebooks", "notebook-0", "127.84.1.3", "gpu-4"));
    script.at(6, "a partition of gpu-7", this::partition);
    for (int minute = 10; minute <= 50; minute += 5) {
      batch(script, minute);
    }
    script.at(20, "XID 95 on gpu-3", () -> fault("gpu-3"));
    script.at(30, "repair of gpu-3", () -> node.acceld("repair", "gpu-3"));
    training(script, "train-1", 32, 55);
    script.at(40, "the agent stops", node::stop);
    script.at(41, "the agent starts", node::start);
    script.at(46, "gpu-2 gets too hot", () -> heat("88", "32"));
    script.at(50, "gpu-2 is cool again", () -> heat("auto", "auto"));
    script.at(52, "the API server is away", () -> node.api().faults().unavailable(true));
    script.at(53, "XID 95 on gpu-6, which the API server cannot be told", () -> fault("gpu-6"));
    script.at(54, "the API server is back", () -> node.api().faults().unavailable(false));
    script.at(56, "repair of gpu-6", () -> node.acceld("repair", "gpu-6"));
  }

  private static List<String> all() {
    return IntStream.range(0, GPUS).mapToObj(gpu -> "gpu-" + gpu).toList();
  }

  /** Three GPUs; their work begins one minute after the pod. */
  private void training(Script script, String name, int begin, int end) {
    script.at(
        begin,
        name + " on " + TRAINERS,
        () -> pods.start("training", name, "127.84.1.2", TRAINERS.toArray(String[]::new)));
    script.at(begin + 1, name + " works", () -> TRAINERS.forEach(gpu -> load(gpu, 95)));
    script.at(
        end,
        name + " ends",
        () -> {
          TRAINERS.forEach(gpu -> load(gpu, 0));
          pods.end(name);
        });
  }

  /** Three minutes on gpu-5. */
  private void batch(Script script, int begin) {
    String name = "batch-" + begin;
    if (begin == 40) {
      return; // the agent is away
    }
    script.at(
        begin,
        name + " on gpu-5",
        () -> {
          pods.start("batch", name, "127.84.1.4", "gpu-5");
          load("gpu-5", 70);
        });
    script.at(
        begin + 3,
        name + " ends",
        () -> {
          load("gpu-5", 0);
          pods.end(name);
        });
  }

  private void partition() throws InterruptedException {
    pods.start(
        "inference",
        "small-0",
        "127.84.1.5",
        1,
        device ->
            device.at("/attributes/type/string").asText().equals("mig")
                && device.at("/attributes/profile/string").asText().equals("1g.10gb"));
  }

  private void load(String gpu, int percent) {
    Simulation machine = node.machine();
    machine.set(gpu, "utilization", Integer.toString(percent));
    int pid = Math.toIntExact(ProcessHandle.current().pid());
    if (percent == 0) {
      if (busy.remove(gpu)) {
        machine.processes().stop(gpu, pid);
      }
    } else {
      busy.add(gpu);
      machine
          .processes()
          .run(gpu, pid, new GpuProcesses.Use(40L << 30, percent, false, Optional.empty()));
    }
  }

  private void fault(String gpu) {
    node.machine().xid(gpu, 95);
    node.machine().set(gpu, "remap-pending", "1");
  }

  private void heat(String celsius, String reasons) {
    node.machine().set("gpu-2", "temperature", celsius);
    node.machine().set("gpu-2", "clock-reasons", reasons);
  }
}
