package dev.acceld.recorder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records for tests, and their files. */
public final class FlightSamples {
  /** The device that has the faults. */
  public static final String DEVICE = "gpu-0a1b2c3d";

  private FlightSamples() {}

  /** A record of a fault that lasts, with readings and a line of the kernel. */
  public static FlightRecord record(String id, String detectedAt, String message) {
    List<@Nullable Double> watts = new ArrayList<>(List.of(300.0, 310.0));
    return new FlightRecord(
        1,
        id,
        "node-1",
        "1.2.3",
        "boot-1",
        new FlightRecord.Identity(DEVICE, "gpu-0", "gpu", "H100", "GPU-1", null),
        List.of(DEVICE),
        new FlightRecord.Fault(
            "xid",
            "79",
            "unhealthy",
            message,
            "reboot the node",
            "NoSchedule",
            "the node is rebooted",
            detectedAt,
            detectedAt),
        new FlightRecord.Course(1, detectedAt, List.of(), null),
        List.of(),
        null,
        null,
        List.of("NVRM: Xid (PCI:0000:17:00): 79"),
        new ReadingTable(1, true, List.of(0.0, 1.0), Map.of("power_watts", watts)));
  }

  /** The file of a record of those files. */
  public static Path file(FlightFiles files, String id) {
    return files.dir().resolve(id + ".json.gz");
  }

  /** Writes it as the agent does. */
  public static Path write(FlightFiles files, FlightRecord record) throws IOException {
    files.write(record);
    return file(files, record.id());
  }

  /** Writes something else where the record would be. */
  public static Path damage(FlightFiles files, String id) throws IOException {
    return Files.writeString(file(files, id), "damaged");
  }
}
