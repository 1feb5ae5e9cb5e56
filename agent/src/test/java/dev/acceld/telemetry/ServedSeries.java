package dev.acceld.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.device.process.DeviceProcess.Kind;
import dev.acceld.device.process.ProcessUse;
import dev.acceld.workload.LabelNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of all series that an agent can serve, each with its labels. */
final class ServedSeries {
  private static final String GOLDEN = "/dev/acceld/telemetry/small-machine.prom";
  private static final String JOBSET = LabelNames.of("jobset.sigs.k8s.io/jobset-name");
  private static final Pattern LINE = Pattern.compile("^(\\w+)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(acceld_\\w+)`(?: by `(\\w+)`)? \\| .+ \\|$");

  /** What a series of a device is told apart by. */
  private static final Set<String> DEVICE =
      Set.of("device", "kind", "type", "vendor", "claim", "namespace", "pod");

  /** Labels of series that the small machine has no reason to serve. */
  private static final Map<String, Set<String>> RARE =
      Map.of(
          "acceld_pod_workload_info",
          Set.of("namespace", "pod", "pod_uid", "owner_kind", "owner_name", JOBSET),
          "acceld_device_plugin_info",
          Set.of("device", "resource", "namespace", "pod", "container"),
          "acceld_kernel_log_records_total",
          Set.of("outcome"),
          "acceld_condition",
          Set.of("condition"),
          "acceld_process_memory_bytes",
          Set.of(
              "device",
              "kind",
              "type",
              "vendor",
              "pid",
              "comm",
              "owner",
              "claim",
              "namespace",
              "pod",
              "pod_uid",
              "container"));

  private static final Set<String> HISTOGRAMS =
      Set.of(
          "acceld_pod_startup_seconds",
          "acceld_fault_detection_seconds",
          "acceld_fault_taint_seconds",
          "acceld_fault_kubelet_seconds",
          "acceld_fault_duration_seconds",
          "acceld_repair_duration_seconds");

  private ServedSeries() {}

  /** Of a machine that is scraped, of the golden file, and of METRICS.md. */
  static Map<String, Set<String>> all() throws IOException {
    Map<String, Set<String>> labels = new HashMap<>();
    RARE.forEach((name, of) -> labels.put(name, new HashSet<>(of)));
    read(machine().scrapeWithProcesses(), labels);
    try (InputStream golden = requireNonNull(ServedSeries.class.getResourceAsStream(GOLDEN))) {
      read(new String(golden.readAllBytes(), StandardCharsets.UTF_8), labels);
    }
    for (String line : Files.readAllLines(Path.of("METRICS.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        listed(row.group(1), row.group(2) == null ? Set.of() : Set.of(row.group(2)), labels);
      }
    }
    return labels;
  }

  private static void listed(String name, Set<String> dimension, Map<String, Set<String>> labels) {
    Set<String> of = new HashSet<>(dimension);
    if (HISTOGRAMS.contains(name)) {
      for (String part : List.of("_sum", "_count", "_max")) {
        labels.computeIfAbsent(name + part, n -> new HashSet<>()).addAll(of);
      }
      of.add("le");
      labels.computeIfAbsent(name + "_bucket", n -> new HashSet<>()).addAll(of);
      return;
    }
    if (name.startsWith("acceld_device_") && !name.endsWith("_info")) {
      of.addAll(DEVICE);
    }
    labels.computeIfAbsent(name, n -> new HashSet<>()).addAll(of);
  }

  private static void read(String exposition, Map<String, Set<String>> labels) {
    for (String line : exposition.lines().filter(l -> !l.startsWith("#")).toList()) {
      Matcher name = LINE.matcher(line);
      assertThat(name.find()).as(line).isTrue();
      Set<String> of = labels.computeIfAbsent(name.group(1), n -> new HashSet<>());
      if (name.group(2) != null) {
        Matcher label = LABEL.matcher(name.group(2));
        while (label.find()) {
          of.add(label.group(1));
        }
      }
    }
  }

  private static SmallMachine machine() {
    SmallMachine machine = new SmallMachine();
    machine.readings.put(
        SmallMachine.GPU0,
        new Sample.Builder()
            .putAll(requireNonNull(machine.readings.get(SmallMachine.GPU0)))
            .put(Metric.SM_ACTIVE, 0.5)
            .build());
    machine.processes.put(
        SmallMachine.GPU0,
        List.of(new DeviceProcess(7, Kind.COMPUTE, OptionalLong.of(1 << 20), ProcessUse.UNKNOWN)));
    return machine;
  }
}
