package dev.acceld.agent.repair;

import dev.acceld.agent.repair.records.RepairRecord;
import dev.acceld.agent.repair.records.RepairStep;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.MigDevice;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which device is repaired without being asked: one whose reasons ask for a reset and nothing
 * graver, that no person keeps out of use, that nobody holds, and that was not reset too often
 * lately. Of the timer's thread alone.
 */
final class RepairRule {
  /** A driver may say a moment later that it wants something else. */
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private static final Duration DAY = Duration.ofDays(1);
  private static final Set<Action> GRAVER = Set.of(Action.REBOOT, Action.SERVICE);
  private static final Duration CALLS = Duration.ofSeconds(1);

  private static final int TRIES_A_DAY = 2;
  private static final Duration PAUSE = Duration.ofMinutes(2);

  private final int triesADay;
  private final Duration pause;
  private Instant notBefore = Instant.EPOCH;

  /** When the last repair of a device ended, while it asks for one. */
  private final Map<DeviceName, Instant> tried = new HashMap<>();

  /**
   * A rule.
   *
   * @param triesADay resets of one device within 24 hours
   * @param pause between two repairs on the node, and between two tries of one device
   */
  RepairRule(int triesADay, Duration pause) {
    this.triesADay = triesADay;
    this.pause = pause;
  }

  /** The rule as it is documented. */
  static RepairRule usual() {
    return new RepairRule(TRIES_A_DAY, PAUSE);
  }

  int triesADay() {
    return triesADay;
  }

  static Instant aDayBefore(Instant now) {
    return now.minus(DAY);
  }

  /** The device to be repaired now, if there is one: first whichever was tried longest ago. */
  Optional<Device> next(RepairParts parts, Instant now) throws IOException {
    List<Device> asking = new ArrayList<>();
    for (Device device : parts.devices().supervisor().inventory().devices()) {
      if (!device.group() && !(device instanceof MigDevice) && asksForReset(parts, device, now)) {
        if (parts.records().triesSince(device.name(), aDayBefore(now)) >= triesADay) {
          giveUp(parts, device, now);
        } else {
          asking.add(device);
        }
      }
    }
    tried.keySet().retainAll(asking.stream().map(Device::name).toList());
    if (now.isBefore(notBefore)) {
      return Optional.empty();
    }
    asking.removeIf(device -> now.isBefore(lastTry(device).plus(pause)));
    asking.sort(Comparator.comparing(this::lastTry));
    for (Device device : asking) {
      if (isFree(parts, device)) {
        return Optional.of(device);
      }
    }
    return Optional.empty();
  }

  private Instant lastTry(Device device) {
    return tried.getOrDefault(device.name(), Instant.EPOCH);
  }

  /** The repair of a device that was chosen has ended. One that was refused holds up no other. */
  void ended(DeviceName device, RepairOutcome outcome, Instant now) {
    tried.put(device, now);
    if (outcome != RepairOutcome.REFUSED) {
      pause(now);
    }
  }

  /** A device of the node was repaired, or is: the next one has to wait. */
  void pause(Instant now) {
    notBefore = now.plus(pause);
  }

  private static boolean asksForReset(RepairParts parts, Device device, Instant now) {
    List<Reason> reasons = parts.devices().health().raised(device.name());
    return parts.devices().control().reset(device).isPresent()
        && reasons.stream()
            .anyMatch(r -> r.action() == Action.RESET && !r.since().plus(SETTLED).isAfter(now))
        && reasons.stream()
            .noneMatch(r ->
                GRAVER.contains(r.action())
                    || r.code().equals("released")
                    || (DeviceReasons.isMark(r) && !r.schedulable()));
  }

  private static boolean isFree(RepairParts parts, Device device) throws IOException {
    try {
      return parts.holders().of(device.common().physical(), CALLS).isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Resets do not help: from now on the reason asks for a replacement. */
  private void giveUp(RepairParts parts, Device device, Instant now) throws IOException {
    RepairRecord given =
        parts
            .records()
            .of(device.name())
            .orElseGet(() ->
                new RepairRecord(
                    device.name(),
                    device.common().pci(),
                    device.common().physical(),
                    parts.records().boot(),
                    now,
                    RepairStep.VERIFY,
                    triesADay,
                    triesADay,
                    false,
                    Optional.empty(),
                    false,
                    false));
    parts
        .records()
        .put(
            given.failed(
                "the device asks for a reset again, after "
                    + triesADay
                    + (triesADay == 1 ? " reset" : " resets")
                    + " within 24 hours",
                true));
    parts.devices().health().restate();
  }
}
