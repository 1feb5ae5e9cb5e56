package dev.acceld.agent.status.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.agent.faults.Secrets;
import dev.acceld.recorder.FlightRecord;
import dev.acceld.recorder.FlightRecord.Holding;
import dev.acceld.recorder.FlightRecord.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One recorded fault, without what metrics would not tell: processes and lines of the kernel's log.
 *
 * @param id names the record on this node
 * @param device the device's published name
 * @param alias {@code gpu-3}, at that time
 * @param model product or generation
 * @param pciBusId PCI function
 * @param affected the devices that have the fault, itself included
 * @param code names the kind of fault: {@code xid}; the taint key is {@code acceld.dev/CODE}
 * @param cause as one word: {@code xid-79}
 * @param state what it means for the device
 * @param message what is wrong
 * @param action what to do
 * @param effect what the taint does; {@code NoTaint} without one
 * @param ends what ends it, half a sentence that follows "when"
 * @param since when it began, RFC 3339
 * @param detectedAt when the agent knew
 * @param occurrences how often it came
 * @param lastSeen when it came last
 * @param endedAt when it ended; absent while it lasts
 * @param evidence what showed the end
 * @param holders the claims that held the device
 * @param steps what was done; absent in lists
 * @param readings the readings before and after it; absent in lists, and where nothing was measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FaultStatus(
    String id,
    String device,
    @Nullable String alias,
    String model,
    @Nullable String pciBusId,
    List<String> affected,
    String code,
    String cause,
    String state,
    String message,
    String action,
    String effect,
    String ends,
    String since,
    String detectedAt,
    int occurrences,
    String lastSeen,
    @Nullable String endedAt,
    @Nullable String evidence,
    List<Holding> holders,
    @Nullable List<Step> steps,
    @Nullable HistoryStatus readings) {

  /** For lists. */
  public static FaultStatus brief(FlightRecord record) {
    return of(record, null, null);
  }

  /** All of it. */
  public static FaultStatus whole(FlightRecord record) {
    return of(
        record,
        record.course().steps().stream()
            .map(step -> new Step(step.at(), Secrets.masked(step.what())))
            .toList(),
        record.readings() == null ? null : HistoryStatus.of(record.readings()));
  }

  private static FaultStatus of(
      FlightRecord r, @Nullable List<Step> steps, @Nullable HistoryStatus readings) {
    FlightRecord.End end = r.course().end();
    return new FaultStatus(
        r.id(),
        r.device().name(),
        r.device().alias(),
        r.device().model(),
        r.device().pciBusId(),
        r.affected(),
        r.fault().code(),
        r.fault().cause(),
        r.fault().state(),
        Secrets.masked(r.fault().message()),
        r.fault().action(),
        r.fault().effect(),
        r.fault().ends(),
        r.fault().since(),
        r.fault().detectedAt(),
        r.course().occurrences(),
        r.course().lastSeen(),
        end == null ? null : end.at(),
        end == null ? null : Secrets.masked(end.evidence()),
        r.holders(),
        steps,
        readings);
  }
}
