package dev.acceld.recorder;

import dev.acceld.agent.view.DeviceView;
import dev.acceld.agent.view.DeviceView.ProcessView;
import dev.acceld.agent.view.DeviceViews;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.history.History;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.Holder;
import dev.acceld.snapshot.NodeSnapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes down what is known when a fault is detected. */
final class RecordMaker {
  /** Lines of the kernel may be a little older than the fault that follows from them. */
  private static final Duration KERNEL_BEFORE = Duration.ofMinutes(2);

  private static final int MOST_PROCESSES = 32;
  private static final int MOST_KERNEL_LINES = 200;
  private static final int LONGEST_KERNEL_LINE = 1024;
  private static final int SHORT_HASH = 4;

  private final FlightSources sources;

  RecordMaker(FlightSources sources) {
    this.sources = sources;
  }

  /**
   * A new record.
   *
   * @param taken whether there is a record of that id
   */
  FlightRecord make(
      Sighting seen, Instant detectedAt, Optional<History> history, Predicate<String> taken) {
    NodeSnapshot node = sources.snapshots().get();
    DeviceName name = seen.key().device();
    List<DeviceView> views = DeviceViews.of(node);
    Optional<DeviceView> view =
        views.stream().filter(v -> v.name().equals(name.value())).findFirst();
    Reason reason = seen.reason();
    FlightRecord.Fault fault =
        new FlightRecord.Fault(
            reason.code(),
            reason.value(),
            reason.state().name().toLowerCase(Locale.ROOT),
            reason.message(),
            reason.action().describe(),
            reason.effect().id(),
            reason.ends(),
            reason.since().toString(),
            detectedAt.toString());
    List<ProcessView> processes = view.map(DeviceView::processes).orElse(null);
    List<ProcessView> earlier = processes == null ? earlier(history) : null;
    return new FlightRecord(
        FlightRecord.FORMAT,
        id(fault, name, taken),
        sources.node(),
        sources.agent(),
        sources.boot().get().orElse(""),
        identity(name, view),
        seen.affected().stream().map(DeviceName::value).toList(),
        fault,
        new FlightRecord.Course(1, detectedAt.toString(), List.of(), null),
        holders(node, seen.affected()),
        processes == null ? earlier : processes,
        processes != null
            ? Double.valueOf(0)
            : earlier == null ? null : history.map(History::processesAge).orElse(null),
        kernel(name, detectedAt),
        history.filter(h -> h.size() > 0).map(ReadingTable::of).orElse(null));
  }

  /** What the kernel logged about a device since shortly before the fault. */
  List<String> kernel(DeviceName name, Instant detectedAt) {
    Optional<Device> device = sources.inventory().get().find(name);
    if (device.isEmpty()) {
      return List.of();
    }
    List<String> lines = sources.kernel().about(device.get(), detectedAt.minus(KERNEL_BEFORE));
    return lines.stream()
        .limit(MOST_KERNEL_LINES)
        .map(l -> l.substring(0, Math.min(l.length(), LONGEST_KERNEL_LINE)))
        .toList();
  }

  private static FlightRecord.Identity identity(DeviceName name, Optional<DeviceView> view) {
    return view.map(v ->
            new FlightRecord.Identity(
                v.name(), v.alias(), v.type(), v.model(), v.uuid(), v.pciBusId()))
        .orElseGet(() -> new FlightRecord.Identity(name.value(), null, "", "", null, null));
  }

  /** Those that the driver told last, before the device was lost. */
  private static @Nullable List<ProcessView> earlier(Optional<History> history) {
    List<DeviceProcess> told = history.flatMap(History::processes).orElse(null);
    if (told == null) {
      return null;
    }
    return told.stream()
        .limit(MOST_PROCESSES)
        .map(p ->
            new ProcessView(
                p.pid(),
                null,
                p.kind().id(),
                p.memoryBytes().isPresent() ? p.memoryBytes().getAsLong() : null,
                null,
                null,
                null,
                null,
                "unknown",
                null,
                null,
                null,
                null))
        .toList();
  }

  /** The claims that have one of those devices now, with their pods. */
  List<FlightRecord.Holding> holders(List<DeviceName> devices) {
    return holders(sources.snapshots().get(), devices);
  }

  private static List<FlightRecord.Holding> holders(NodeSnapshot node, List<DeviceName> devices) {
    List<FlightRecord.Holding> all = new ArrayList<>();
    for (DeviceSnapshot device : node.devices()) {
      if (devices.contains(device.device().name())) {
        device.holders().forEach(holder -> all.add(holding(device.device().name(), holder)));
      }
    }
    return all;
  }

  private static FlightRecord.Holding holding(DeviceName device, Holder holder) {
    return new FlightRecord.Holding(
        device.value(),
        holder.claim().namespace(),
        holder.claim().name(),
        holder.claim().uid(),
        holder.request(),
        holder.pods().stream().map(PodRef::path).toList());
  }

  private static String id(FlightRecord.Fault fault, DeviceName device, Predicate<String> taken) {
    String cause = fault.cause().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    String hash = hash(device + " " + cause + " " + fault.detectedAt());
    for (int length = SHORT_HASH; length < hash.length(); length++) {
      String id = cause + "-" + hash.substring(0, length);
      if (!taken.test(id)) {
        return id;
      }
    }
    return cause + "-" + hash;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
