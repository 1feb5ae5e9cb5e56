package dev.acceld.agent.repair;

import java.time.Duration;

/**
 * How a repair is to go.
 *
 * @param patience how long processes that have the device open may take to leave
 * @param tries how many resets are tried
 * @param deletePartitions whether MIG partitions of the GPU may go, which no reset keeps
 * @param byRule whether no person asked for it
 */
record RepairOptions(Duration patience, int tries, boolean deletePartitions, boolean byRule) {
  static final int USUAL_TRIES = 2;
  static final int MOST_TRIES = 10;

  /** Without being asked: one reset at a time, so many on a day. */
  static RepairOptions byRule(int triesADay) {
    return new RepairOptions(Duration.ZERO, triesADay, false, true);
  }
}
