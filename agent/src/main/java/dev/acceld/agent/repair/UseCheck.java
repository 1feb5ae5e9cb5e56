package dev.acceld.agent.repair;

import dev.acceld.device.Device;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.Holder;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Who has a device: claims, and processes, which may be waited for. */
final class UseCheck {
  private static final Duration CALLS = Duration.ofSeconds(30);

  /** Another agent of a rolling update closes its handles a moment after this one. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final long LOOK_MILLIS = 250;

  private final RepairParts parts;
  private final Device device;
  private final RepairRun run;
  private final DeviceProcesses processes;
  private boolean said;

  UseCheck(RepairParts parts, Device device, RepairRun run) {
    this.parts = parts;
    this.device = device;
    this.run = run;
    processes = new DeviceProcesses(parts.devices());
  }

  /** The claims that hold the device or a part of it, or that this cannot be known. */
  List<String> claims() throws InterruptedException {
    try {
      return parts.holders().of(device.common().physical(), CALLS);
    } catch (IOException e) {
      return List.of("it is not known which claims hold it: " + ErrorText.of(e));
    }
  }

  /** The processes that the driver lists and that do not leave in time. */
  List<String> listed(long until) throws InterruptedException {
    return await(() -> processes.listed(device), until);
  }

  /**
   * The processes that have it open and do not leave in time; this process must have let go of it.
   */
  List<String> open(DeviceReset reset, long until) throws InterruptedException {
    Optional<List<Holder>> first = processes.open(device, reset);
    if (first.isEmpty() && reset.refusesBusy()) {
      run.say("the host's processes cannot be seen; the reset itself refuses a busy device");
      return List.of();
    }
    if (first.isEmpty()) {
      return List.of(
          "the agent cannot see which processes have the device open, and the reset does not ask;"
              + " for a TPU chip set tpu.waitForProcesses=true in the chart, or --tpu-proc-dir; for"
              + " an AMD or Intel GPU agent.processMetrics=true in the chart, or --amd-proc-dir or"
              + " --intel-proc-dir");
    }
    return await(
        () -> processes.open(device, reset).orElse(first.get()),
        Math.max(until, System.nanoTime() + GRACE.toNanos()));
  }

  private List<String> await(Supplier<List<Holder>> look, long until) throws InterruptedException {
    while (true) {
      List<Holder> holders = look.get();
      List<String> texts = holders.stream().map(h -> h.describe() + " has it open").toList();
      long left = until - System.nanoTime();
      if (texts.isEmpty() || left <= 0) {
        return texts;
      }
      if (!said && left > GRACE.toNanos()) {
        run.say("waiting for processes to leave: " + String.join("; ", texts));
        said = true;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
