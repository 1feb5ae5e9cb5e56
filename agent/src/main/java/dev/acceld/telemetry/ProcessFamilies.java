package dev.acceld.telemetry;

import dev.acceld.device.process.ProcessUse;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.DeviceProcesses;
import dev.acceld.snapshot.ProcessSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The processes that use each device, at most {@link DeviceProcesses#MOST} of a device one by one.
 * Served on demand: each process of each device is a series of its own.
 */
final class ProcessFamilies {
  private ProcessFamilies() {}

  static List<MetricFamily> all() {
    List<MetricFamily> all = new ArrayList<>();
    all.add(
        MetricFamily.info(
            "acceld_process_info",
            "A process that uses the device, and what it does there.",
            (view, family) ->
                forEach(
                    view,
                    (labels, process) ->
                        family.add(labels.add("activity", process.process().kind().id()), 1))));
    all.add(
        MetricFamily.gauge(
            "acceld_process_memory_bytes",
            "Device memory that the process has.",
            (view, family) ->
                forEach(
                    view,
                    (labels, process) ->
                        process
                            .process()
                            .memoryBytes()
                            .ifPresent(bytes -> family.add(labels, bytes)))));
    all.add(
        use(
            "utilization",
            "Share of time in which the process kept the processor busy.",
            ProcessUse::processor));
    all.add(
        use(
            "memory_utilization",
            "Share of time in which the process read or wrote device memory.",
            ProcessUse::memory));
    all.add(
        use(
            "encoder_utilization",
            "Share of time in which the process kept the video encoder busy.",
            ProcessUse::encoder));
    all.add(
        use(
            "decoder_utilization",
            "Share of time in which the process kept the video decoder busy.",
            ProcessUse::decoder));
    all.add(
        others(
            "acceld_device_other_processes",
            "Processes that use the device and have no series of their own.",
            DeviceProcesses::others));
    all.add(
        others(
            "acceld_device_other_processes_memory_bytes",
            "Device memory of the processes that have no series of their own.",
            DeviceProcesses::otherBytes));
    return all;
  }

  private static MetricFamily use(String name, String help, ToDoubleFunction<ProcessUse> of) {
    return MetricFamily.gauge(
        "acceld_process_" + name + "_ratio",
        help,
        (view, family) ->
            forEach(
                view,
                (labels, process) ->
                    family.add(labels, of.applyAsDouble(process.process().use()))));
  }

  private static MetricFamily others(
      String name, String help, ToDoubleFunction<DeviceProcesses> of) {
    return MetricFamily.gauge(
        name,
        help,
        (view, family) -> {
          for (NodeView.Row row : view.rows()) {
            DeviceProcesses processes = row.processes();
            if (processes != null) {
              family.add(row.labels().lasting(), of.applyAsDouble(processes));
            }
          }
        });
  }

  private interface Writer {
    void write(Labels labels, ProcessSnapshot process);
  }

  private static void forEach(NodeView view, Writer writer) {
    for (NodeView.Row row : view.rows()) {
      DeviceProcesses processes = row.processes();
      if (processes != null) {
        for (ProcessSnapshot process : processes.listed()) {
          Labels device = row.labels().lasting();
          writer.write(labels(device, process, process.container(view.containers())), process);
        }
      }
    }
  }

  private static Labels labels(Labels device, ProcessSnapshot process, Optional<String> container) {
    Labels.Builder labels =
        Labels.builder()
            .label("pid", Integer.toString(process.process().pid()))
            .label("comm", process.command())
            .label("owner", process.owner().id());
    process.claim().ifPresent(claim -> labels.label("claim", claim.name()));
    process
        .pod()
        .map(PodRef::namespace)
        .or(() -> process.claim().map(claim -> claim.namespace()))
        .ifPresent(namespace -> labels.label("namespace", namespace));
    process.pod().ifPresent(pod -> labels.label("pod", pod.name()));
    process.podUid().ifPresent(uid -> labels.label("pod_uid", uid));
    container.ifPresent(name -> labels.label("container", name));
    return device.merge(labels.build());
  }
}
