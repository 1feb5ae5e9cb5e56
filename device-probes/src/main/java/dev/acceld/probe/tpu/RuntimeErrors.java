package dev.acceld.probe.tpu;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.probe.tpu.runtime.ErrorGauge;
import dev.acceld.probe.tpu.runtime.RuntimeReading;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What workloads say is wrong with their chips: errors of cores concern a chip, those of the slice
 * all chips of the workload. It lasts as long as the workload says so. A signal is told when
 * something changes. One thread.
 */
final class RuntimeErrors {
  private static final int LONGEST = 200;

  private final StandingDefects defects = new StandingDefects(DefectKind.RUNTIME_ERROR);
  private final Map<DeviceName, String> now = new HashMap<>();

  /** Begins a new look; what is not noted after this is over. */
  void begin() {
    now.clear();
  }

  /** Notes what a workload tells of its chips, in the order of their ranks. */
  void note(List<DeviceName> chips, RuntimeReading reading) {
    String ofAll =
        reading.processes().stream()
            .flatMap(process -> process.errors().stream())
            .map(RuntimeErrors::describe)
            .distinct()
            .collect(Collectors.joining("; "));
    for (int rank = 0; rank < chips.size(); rank++) {
      String ofChip = String.join("; ", reading.chips().get(rank).coreErrors());
      String text = ofChip.isEmpty() || ofAll.isEmpty() ? ofChip + ofAll : ofChip + "; " + ofAll;
      if (!text.isEmpty()) {
        now.put(chips.get(rank), text.length() > LONGEST ? text.substring(0, LONGEST) : text);
      }
    }
  }

  /** {@code HANG_DETECTED}, {@code slice.error.detected.gauge: error_message=…}. */
  private static String describe(ErrorGauge error) {
    return error.metric()
        + (error.attributes().isEmpty() ? "" : " " + new TreeMap<>(error.attributes()));
  }

  /** What has changed since the last call. */
  List<Signal> changes(Instant at) {
    return defects.changes(now, at);
  }
}
