package dev.acceld.recorder;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.agent.view.DeviceView.ProcessView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One fault of one device, as {@code acceld faults show ID -o json} shows it and as it is on disk.
 * Times are RFC 3339. Immutable.
 *
 * @param format the version of this format
 * @param id a word that names the record on this node: {@code xid-79-3fa9}
 * @param node the Node's name
 * @param agent the version of the agent that detected it
 * @param boot the id of the boot in which it was detected; empty when the host did not say
 * @param device which device
 * @param affected the devices that have the fault because they share hardware with it, itself
 *     included
 * @param fault what is wrong
 * @param course what happened since
 * @param holders the claims that held the device when the fault was detected
 * @param processes the processes on the device then; absent when they are not known
 * @param processesAgeSeconds how long before the fault the driver told of these processes
 * @param kernel what the kernel logged about the device
 * @param readings the readings before and after the fault; absent in lists, and where nothing was
 *     measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FlightRecord(
    int format,
    String id,
    String node,
    String agent,
    String boot,
    Identity device,
    List<String> affected,
    Fault fault,
    Course course,
    List<Holding> holders,
    @Nullable List<ProcessView> processes,
    @Nullable Double processesAgeSeconds,
    List<String> kernel,
    @Nullable ReadingTable readings) {
  /** The version that this program writes. */
  public static final int FORMAT = 1;

  /**
   * Which device.
   *
   * @param name the published name
   * @param alias {@code gpu-3}, by the driver's index at that time
   * @param type what is handed out
   * @param model product or generation
   * @param uuid the vendor's id
   * @param pciBusId PCI function
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Identity(
      String name,
      @Nullable String alias,
      String type,
      String model,
      @Nullable String uuid,
      @Nullable String pciBusId) {}

  /**
   * What is wrong.
   *
   * @param code the reason: {@code xid}
   * @param value its detail: {@code 79}; may be empty
   * @param state the state that it means for the device: {@code unhealthy}
   * @param message one sentence
   * @param action what to do
   * @param effect what the device's taint does: {@code NoSchedule}; {@code NoTaint} without one
   * @param ends what ends it, half a sentence that follows "when"
   * @param since when it began
   * @param detectedAt when the agent knew
   */
  public record Fault(
      String code,
      String value,
      String state,
      String message,
      String action,
      String effect,
      String ends,
      String since,
      String detectedAt) {

    /** As one word: {@code xid-79}. */
    public String cause() {
      return value.isEmpty() ? code : code + "-" + value;
    }
  }

  /**
   * What happened since.
   *
   * @param occurrences how often the fault came, each time within ten minutes of the end of the
   *     last
   * @param lastSeen when it came last
   * @param steps what the agent and people did
   * @param end how it ended; absent while it lasts
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Course(int occurrences, String lastSeen, List<Step> steps, @Nullable End end) {}

  /**
   * Something that was done.
   *
   * @param at when
   * @param what in words
   */
  public record Step(String at, String what) {}

  /**
   * How a fault ended.
   *
   * @param at when
   * @param evidence what showed it
   */
  public record End(String at, String evidence) {}

  /**
   * A claim that held the device.
   *
   * @param device the device that it held: this one, or one that shares hardware with it
   * @param namespace its namespace
   * @param claim its name
   * @param uid its UID
   * @param request the request
   * @param pods the pods that used it, as namespace/name
   */
  public record Holding(
      String device,
      String namespace,
      String claim,
      String uid,
      String request,
      List<String> pods) {}

  /** The same with another course. */
  FlightRecord with(Course newCourse) {
    return with(newCourse, holders, kernel, readings);
  }

  /** The same with another course and other holders. */
  FlightRecord with(Course newCourse, List<Holding> newHolders) {
    return with(newCourse, newHolders, kernel, readings);
  }

  /** The same with other kernel lines and readings. */
  FlightRecord with(List<String> newKernel, @Nullable ReadingTable newReadings) {
    return with(course, holders, newKernel, newReadings);
  }

  private FlightRecord with(
      Course newCourse,
      List<Holding> newHolders,
      List<String> newKernel,
      @Nullable ReadingTable newReadings) {
    return new FlightRecord(
        format,
        id,
        node,
        agent,
        boot,
        device,
        affected,
        fault,
        newCourse,
        newHolders,
        processes,
        processesAgeSeconds,
        newKernel,
        newReadings);
  }

  /** Without what makes it long, for lists. */
  public FlightRecord summary() {
    return with(List.of(), null);
  }

  /** Whether the fault lasts, as far as the record knows. */
  boolean lasts() {
    return course.end() == null;
  }
}
