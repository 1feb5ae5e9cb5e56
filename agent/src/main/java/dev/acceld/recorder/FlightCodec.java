package dev.acceld.recorder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.DeviceName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A record as bytes: JSON, compressed with gzip, whose checksum tells damage. A reader ignores
 * members that it does not know.
 */
public final class FlightCodec {
  /** No file is longer. */
  public static final int MOST_BYTES = 256 * 1024;

  /** What is read is unpacked to no more than this. */
  private static final int MOST_TEXT = 8 << 20;

  private static final int KERNEL_LINES_LEFT = 20;
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private FlightCodec() {}

  /** Whether that can be the id of a record. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /**
   * At most {@link #MOST_BYTES}: where a record is longer, rows of readings and then lines of the
   * kernel are left out.
   *
   * @throws IOException when it is longer even so
   */
  public static byte[] encode(FlightRecord record) throws IOException {
    FlightRecord shorter = record;
    while (true) {
      byte[] bytes = packed(shorter);
      if (bytes.length <= MOST_BYTES) {
        return bytes;
      }
      ReadingTable readings = shorter.readings();
      List<String> kernel = shorter.kernel();
      if (readings != null) {
        shorter = shorter.with(kernel, readings.seconds().size() > 1 ? readings.thinned() : null);
      } else if (kernel.size() > KERNEL_LINES_LEFT) {
        shorter = shorter.with(kernel.subList(0, KERNEL_LINES_LEFT), null);
      } else {
        throw new IOException("the record " + record.id() + " is longer than 256 KiB");
      }
    }
  }

  private static byte[] packed(FlightRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      JSON.writeValue(out, record);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads one.
   *
   * @throws IOException when it is damaged, cut off, too long, or of a format to come; the message
   *     says which
   */
  public static FlightRecord decode(byte[] bytes) throws IOException {
    if (bytes.length > MOST_BYTES) {
      throw new IOException("it is longer than 256 KiB");
    }
    byte[] text;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      text = in.readNBytes(MOST_TEXT + 1);
    }
    if (text.length > MOST_TEXT) {
      throw new IOException("it is unreasonably long");
    }
    return parse(text);
  }

  /** The same of the JSON alone. */
  static FlightRecord parse(byte[] json) throws IOException {
    FlightRecord record;
    try {
      record = JSON.readValue(json, FlightRecord.class);
    } catch (JsonProcessingException e) {
      throw new IOException("it is no flight record (" + e.getOriginalMessage() + ")", e);
    }
    if (record == null) {
      throw new IOException("it is empty");
    }
    if (record.format() > FlightRecord.FORMAT) {
      throw new IOException("a newer version of acceld has written it");
    }
    check(record);
    return record;
  }

  /** Jackson leaves absent what should be there. */
  private static void check(FlightRecord r) throws IOException {
    require(r.format() == FlightRecord.FORMAT, "format");
    require(r.id() != null && isId(r.id()), "id");
    require(r.node() != null && r.agent() != null && r.boot() != null, "node, agent, boot");
    require(r.device() != null && r.fault() != null && r.course() != null, "device, fault, course");
    require(isName(r.device().name()), "device.name");
    require(texts(r.device().type(), r.device().model()), "device");
    FlightRecord.Fault fault = r.fault();
    require(texts(fault.code(), fault.value(), fault.state()), "fault");
    require(texts(fault.message(), fault.action(), fault.effect(), fault.ends()), "fault");
    require(time(fault.since()) && time(fault.detectedAt()), "fault.since, fault.detectedAt");
    FlightRecord.Course course = r.course();
    require(course.occurrences() > 0 && time(course.lastSeen()), "course");
    require(all(course.steps(), s -> time(s.at()) && texts(s.what())), "course.steps");
    require(
        course.end() == null || (time(course.end().at()) && texts(course.end().evidence())),
        "course.end");
    require(all(r.affected(), a -> true), "affected");
    require(all(r.kernel(), line -> true), "kernel");
    require(
        all(
            r.holders(),
            h ->
                texts(h.device(), h.namespace(), h.claim(), h.uid(), h.request())
                    && all(h.pods(), p -> true)),
        "holders");
    require(r.processes() == null || all(r.processes(), p -> true), "processes");
    ReadingTable readings = r.readings();
    require(readings == null || isTable(readings), "readings");
  }

  private static boolean isName(@Nullable String name) {
    try {
      return name != null && new DeviceName(name).value().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isTable(ReadingTable table) {
    Map<String, List<@Nullable Double>> values = table.values();
    return all(table.seconds(), s -> Double.isFinite(s))
        && values != null
        && Double.isFinite(table.stepSeconds())
        && values.values().stream()
            .allMatch(column ->
                column != null
                    && column.size() == table.seconds().size()
                    && column.stream().allMatch(v -> v == null || Double.isFinite(v)));
  }

  private interface Test<T> {
    boolean holds(T element);
  }

  private static <T> boolean all(@Nullable List<T> list, Test<T> test) {
    return list != null && list.stream().allMatch(each -> each != null && test.holds(each));
  }

  private static boolean texts(@Nullable String... all) {
    for (String each : all) {
      if (each == null) {
        return false;
      }
    }
    return true;
  }

  private static boolean time(@Nullable String text) {
    try {
      return text != null && Instant.parse(text) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static void require(boolean holds, String what) throws IOException {
    if (!holds) {
      throw new IOException("it is no flight record (" + what + ")");
    }
  }
}
