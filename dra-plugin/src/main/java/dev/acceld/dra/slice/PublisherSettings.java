package dev.acceld.dra.slice;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the {@link SlicePublisher}.
 *
 * @param driver the driver's name
 * @param node the Node's name, which is the pool's too
 * @param lockFile the lock of the one writer, {@code <state-dir>/locks/slices.lock}
 * @param timing how patient it is
 */
public record PublisherSettings(String driver, String node, Path lockFile, Timing timing) {

  /** With the usual timing. */
  public PublisherSettings(String driver, String node, Path stateDir) {
    this(driver, node, stateDir.resolve("locks").resolve("slices.lock"), Timing.USUAL);
  }

  /**
   * Times.
   *
   * @param debounce from a change to its write, so that a burst becomes one
   * @param betweenWrites the least between two writes for changes of our own
   * @param spread the most that is waited after a watch was lost, for all nodes lose theirs at once
   * @param resync from one unasked-for list to the next, ± 20 %
   * @param retry the first pause after an error, doubled each time
   * @param retryMost the longest pause after an error
   * @param lockPoll how often the lock is tried while another process has it
   * @param relearn from the moment at which the server did not take something to the next try, then
   *     doubled each time; ± 20 %
   */
  public record Timing(
      Duration debounce,
      Duration betweenWrites,
      Duration spread,
      Duration resync,
      Duration retry,
      Duration retryMost,
      Duration lockPoll,
      Duration relearn) {
    /** What suits a large cluster. */
    public static final Timing USUAL =
        new Timing(
            Duration.ofMillis(200),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(60),
            Duration.ofMillis(500),
            Duration.ofMinutes(5));
  }
}
