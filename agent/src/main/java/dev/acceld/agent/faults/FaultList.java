package dev.acceld.agent.faults;

import dev.acceld.machine.description.Suggestions;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.recorder.FlightRecord;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The records of faults as {@code acceld faults -o json} shows them.
 *
 * @param faults the newest first, without readings and kernel lines
 * @param damaged a sentence for each file that cannot be read
 */
public record FaultList(List<FlightRecord> faults, List<String> damaged) {

  /**
   * All that are on disk.
   *
   * @throws IOException when their directory cannot be read
   */
  public static FaultList of(FlightFiles files) throws IOException {
    FlightFiles.Listing listing = files.summaries();
    return new FaultList(listing.records().reversed(), listing.damaged());
  }

  /**
   * One record, whole.
   *
   * @param id its id, or the beginning of it if no other begins so
   * @throws IOException when it cannot be read
   * @throws IllegalArgumentException when there is none; the message names one that was perhaps
   *     meant
   */
  public static FlightRecord one(FlightFiles files, String id) throws IOException {
    Optional<FlightRecord> exact = files.find(id);
    if (exact.isPresent()) {
      return exact.get();
    }
    List<FlightRecord> all = files.summaries().records();
    List<FlightRecord> begin =
        id.isEmpty() ? List.of() : all.stream().filter(r -> r.id().startsWith(id)).toList();
    if (begin.size() == 1) {
      String only = begin.getFirst().id();
      return files
          .find(only)
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "the record of the fault '" + only + "' has just been removed"));
    }
    if (begin.size() > 1) {
      throw new IllegalArgumentException(
          "several faults begin with '"
              + id
              + "': "
              + begin.stream().map(FlightRecord::id).collect(Collectors.joining(", ")));
    }
    List<String> ids = all.stream().map(FlightRecord::id).toList();
    throw new IllegalArgumentException(
        "there is no fault '"
            + id
            + "'"
            + (ids.isEmpty()
                ? "; no fault is recorded on this node"
                : "; the nearest is '" + nearest(id, ids) + "', and 'acceld faults' lists all"));
  }

  /** The one that was probably meant; of several that begin like it, the newest. */
  private static String nearest(String id, List<String> ids) {
    return Suggestions.to(id, ids)
        .orElseGet(() ->
            ids.reversed().stream()
                .max(Comparator.comparingInt(known -> sameLetters(id, known)))
                .orElseThrow());
  }

  private static int sameLetters(String one, String other) {
    int same = 0;
    while (same < Math.min(one.length(), other.length())
        && one.charAt(same) == other.charAt(same)) {
      same++;
    }
    return same;
  }
}
