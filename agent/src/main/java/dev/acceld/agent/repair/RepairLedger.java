package dev.acceld.agent.repair;

import dev.acceld.agent.repair.records.RepairRecord;
import dev.acceld.agent.repair.records.RepairStep;
import java.io.IOException;
import java.util.Optional;

/**
 * The record of one repair: on disk before a step is taken, and in the device's health at once. Of
 * the job's thread alone.
 */
final class RepairLedger {
  private final RepairParts parts;
  private final Optional<RepairRecord> before;
  private RepairRecord record;

  /**
   * Writes nothing yet.
   *
   * @param before of an earlier repair of the device that failed
   */
  RepairLedger(RepairParts parts, RepairRecord record, Optional<RepairRecord> before) {
    this.parts = parts;
    this.record = record;
    this.before = before;
  }

  RepairStep step() {
    return record.step();
  }

  int tries() {
    return record.tries();
  }

  int most() {
    return record.most();
  }

  /** Whether the agent let go of the device for this repair. */
  boolean letGo() {
    return record.letGo();
  }

  void at(RepairStep step) throws IOException {
    put(record.at(step));
  }

  void lettingGo() throws IOException {
    put(record.lettingGo(true));
  }

  /** A reset is tried now. */
  void trying() throws IOException {
    put(record.at(RepairStep.RESET).tries(record.tries() + 1));
  }

  /** What was tried was no reset: the driver refused it at once. */
  void notTried() throws IOException {
    put(record.at(RepairStep.PROCESSES).tries(record.tries() - 1));
  }

  /** It stays out of use, and says why; true when it is to be replaced. */
  boolean failed(String why, boolean again) throws IOException {
    boolean replace = again && record.tries() >= record.most();
    put(record.failed(why, replace));
    return replace;
  }

  /** Nothing is left of it. */
  void close() throws IOException {
    parts.records().remove(record.device());
    parts.devices().health().restate();
  }

  /** Nothing was done to the device: what was said of it before counts again. */
  void undo() throws IOException {
    if (before.isPresent()) {
      put(before.get());
    } else if (record.afterFailure()) {
      put(record.undone());
    } else {
      close();
    }
  }

  private void put(RepairRecord next) throws IOException {
    record = next;
    parts.records().put(next);
    parts.devices().health().restate();
  }
}
