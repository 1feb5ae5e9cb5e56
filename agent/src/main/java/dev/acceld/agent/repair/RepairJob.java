package dev.acceld.agent.repair;

import dev.acceld.agent.repair.records.RepairStep;
import dev.acceld.device.Device;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.probe.Signal;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.ResetFailedException;
import dev.acceld.reset.ResetFailedException.Cause;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One repair from its beginning to its end, on a thread of its own. At each step a record on disk
 * says how far it is, so that a successor can go on. Until the reset is tried, everything that was
 * done is undone when it cannot go on.
 */
final class RepairJob {
  private static final Duration RESET_WITHIN = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration BUSY_PAUSE = Duration.ofSeconds(1);

  private final RepairParts parts;
  private final Device device;
  private final RepairOptions options;
  private final RepairRun run;
  private final RepairLedger ledger;
  private final HandsOffDevice hands;
  private final UseCheck use;
  private final DeviceReasons reasons;
  private final DeviceState before;
  private final List<Reason> faults;
  private final boolean measured;
  private final boolean opened;
  private final long waitUntil;

  /**
   * Does nothing yet.
   *
   * @param ledger at {@link RepairStep#RESERVE}, or as a process has left it that did not finish
   */
  RepairJob(
      RepairParts parts, Device device, RepairOptions options, RepairRun run, RepairLedger ledger) {
    this.parts = parts;
    this.device = device;
    this.options = options;
    this.run = run;
    this.ledger = ledger;
    hands = new HandsOffDevice(parts.devices());
    use = new UseCheck(parts, device, run);
    opened = HandsOffDevice.isNeededFor(device);
    Sample sample = parts.devices().supervisor().readings().of(device.name());
    before = DeviceState.of(device, sample);
    reasons = new DeviceReasons(parts.devices(), device.name());
    faults = reasons.published();
    measured = opened || !sample.isEmpty();
    waitUntil = System.nanoTime() + options.patience().toNanos();
  }

  /** Repairs it. */
  RepairOutcome run() {
    try {
      DeviceReset reset = way();
      reserve();
      while (true) {
        letGo();
        refuse(use.open(reset, waitUntil));
        try {
          reset(reset);
          verify();
          return end(RepairOutcome.REPAIRED, "");
        } catch (RepairFailedException e) {
          if (!e.again() || options.byRule() || ledger.tries() >= ledger.most()) {
            throw e;
          }
          run.say("try " + ledger.tries() + " of " + ledger.most() + " failed: " + e.getMessage());
          Thread.sleep(PAUSE);
        }
      }
    } catch (RepairRefusedException e) {
      return end(RepairOutcome.REFUSED, String.valueOf(e.getMessage()));
    } catch (RepairFailedException e) {
      return failed(String.valueOf(e.getMessage()), e.again());
    } catch (IOException e) {
      return failed("the state directory cannot be used: " + ErrorText.of(e), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return end(RepairOutcome.INTERRUPTED, "the agent is shutting down; its successor continues");
    } catch (RuntimeException e) {
      return failed("internal error: " + ErrorText.of(e), false);
    }
  }

  private RepairOutcome end(RepairOutcome outcome, String why) {
    run.end(outcome, why);
    return outcome;
  }

  private DeviceReset way() throws RepairRefusedException {
    Optional<DeviceReset> reset = parts.devices().control().reset(device);
    if (reset.isEmpty()) {
      throw new RepairRefusedException(
          device.name() + " cannot be reset in place, no way is known; reboot the node");
    }
    Optional<String> refusal = reset.get().refusal(device);
    if (refusal.isPresent()) {
      throw new RepairRefusedException(device.name() + " cannot be reset: " + refusal.get());
    }
    List<String> partitions =
        parts.devices().supervisor().inventory().devices().stream()
            .filter(d -> d instanceof MigDevice mig && mig.instance().isPresent())
            .filter(d -> d.common().sharesPartWith(device.common()))
            .map(d -> d.name().value())
            .toList();
    if (!partitions.isEmpty() && !options.deletePartitions()) {
      throw new RepairRefusedException(
          "a reset deletes the MIG partitions of "
              + device.name()
              + " ("
              + String.join(", ", partitions)
              + "); add --delete-partitions if they may go");
    }
    return reset.get();
  }

  /** From here on nobody gets it. */
  private void reserve() throws RepairRefusedException, IOException, InterruptedException {
    if (ledger.step() == RepairStep.RESERVE) { // without a taint that comes and goes
      refused(use.claims());
      refused(use.listed(waitUntil));
    }
    ledger.at(ledger.step());
    run.say("tainted with acceld.dev/repairing; no claim gets the device");
    List<String> claims = use.claims();
    if (!claims.isEmpty()) {
      undo();
    }
    refused(claims);
  }

  private void letGo() throws RepairFailedException, IOException, InterruptedException {
    ledger.at(RepairStep.RELEASE);
    if (!opened) {
      return;
    }
    if (!hands.isReleased(device)) {
      ledger.lettingGo(); // before it is done, so that a successor undoes it
    }
    hands.letGo(device);
    ledger.at(RepairStep.PROCESSES);
    run.say("closed the agent's own handles of the device");
  }

  private void refused(List<String> because) throws RepairRefusedException {
    if (!because.isEmpty()) {
      throw new RepairRefusedException(
          device.name() + " is in use and was not reset: " + String.join("; ", because));
    }
  }

  /** Before the first reset nothing has happened to the device; after it, it stays out of use. */
  private void refuse(List<String> because)
      throws RepairRefusedException, RepairFailedException, IOException {
    if (!because.isEmpty() && ledger.tries() > 0) {
      throw new RepairFailedException(String.join("; ", because), false);
    }
    if (!because.isEmpty()) {
      undo();
    }
    refused(because);
  }

  private void undo() throws IOException {
    if (ledger.letGo()) {
      hands.takeBack(device);
    }
    ledger.undo();
  }

  private void reset(DeviceReset reset)
      throws RepairRefusedException, RepairFailedException, IOException, InterruptedException {
    while (true) {
      ledger.trying();
      run.say(reset.describe() + ", try " + ledger.tries() + " of " + ledger.most());
      try {
        reset.reset(device, RESET_WITHIN).forEach(line -> run.say("  " + line));
        noteByRule();
        return;
      } catch (ResetFailedException e) {
        String why = String.valueOf(e.getMessage());
        if (e.why() == Cause.FAILED) {
          noteByRule();
          throw new RepairFailedException(why, true);
        }
        ledger.notTried();
        if (e.why() == Cause.UNSUPPORTED && ledger.tries() == 0) {
          undo();
          throw new RepairRefusedException(
              "the driver refuses to reset " + device.name() + ": " + why);
        }
        if (e.why() == Cause.UNSUPPORTED || System.nanoTime() - waitUntil >= 0) {
          refuse(List.of(why));
        }
        Thread.sleep(BUSY_PAUSE);
      }
    }
  }

  private void noteByRule() throws IOException {
    if (options.byRule()) {
      parts.records().noteTry(device.name(), parts.clock().instant());
    }
  }

  private void verify() throws RepairFailedException, IOException, InterruptedException {
    ledger.at(RepairStep.VERIFY);
    if (ledger.letGo()) {
      hands.takeBack(device);
    } else if (opened) {
      throw new RepairFailedException(
          "an operator has released the device, so it was not looked at; 'acceld release --back"
              + " --repaired' takes it back",
          false);
    }
    DeviceState now = new Verification(parts.devices()).look(device.name(), before, measured);
    run.say("the device responds" + now.describe());
    parts
        .devices()
        .health()
        .signals(List.of(new Signal.Reset(device.name(), parts.clock().instant())));
    List<Reason> raised = reasons.raised();
    reasons.ended(faults, raised).forEach(run::say);
    String blocking =
        raised.stream()
            .filter(reason -> !reason.schedulable() && !DeviceReasons.isMark(reason))
            .map(r -> r.message() + " (" + r.action().describe() + ")")
            .collect(Collectors.joining("; "));
    if (!blocking.isEmpty()) {
      throw new RepairFailedException("the reset succeeded, but " + blocking, false);
    }
    raised.stream()
        .filter(DeviceReasons::isMark)
        .forEach(mark -> run.say("stays until " + mark.ends() + ": " + mark.message()));
    ledger.close();
    run.say(
        reasons.published().stream().allMatch(Reason::schedulable)
            ? "repaired; the device is offered again"
            : "repaired; the device is offered again when the taints that stay have ended");
  }

  /** It stays out of use, and says why. */
  private RepairOutcome failed(String why, boolean again) {
    String step = ledger.step().word();
    boolean replace = false;
    try {
      replace = ledger.failed(why, again);
      if (ledger.letGo()) {
        hands.takeBack(device); // so that its readings go on
      }
    } catch (IOException e) {
      run.say("the outcome cannot be saved: " + ErrorText.of(e));
    }
    return end(
        RepairOutcome.FAILED,
        "the step '" + step + "' failed: " + why + (replace ? "; replace the device" : ""));
  }
}
