package dev.acceld.agent.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.health.Mark;
import dev.acceld.steady.DirectoryBelow;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of marks, {@code <state-dir>/marks}: a file for each, whose name says of which
 * device and reason it is. One that is damaged counts by its name. Several processes may use it.
 */
final class MarkFiles {
  private static final Logger log = LoggerFactory.getLogger(MarkFiles.class);
  private static final String SUFFIX = ".json";
  private static final Comparator<Mark> ORDER =
      Comparator.comparing(Mark::device).thenComparing(Mark::reason);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path dir;
  private final RecordFiles disk;
  private final Set<Path> toldDamaged = new HashSet<>();

  MarkFiles(Path dir, RecordFiles disk) {
    this.dir = dir;
    this.disk = disk;
  }

  Path dir() {
    return dir;
  }

  /**
   * All, in the order of devices and reasons.
   *
   * @throws NoSuchFileException when there is no directory
   * @throws IOException when it cannot be read: then nothing is known of any
   */
  List<Mark> read() throws IOException {
    List<Mark> marks = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, "*" + SUFFIX)) {
      for (Path file : files) {
        read(file).ifPresent(marks::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    marks.sort(ORDER);
    return marks;
  }

  private Optional<Mark> read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.');
    String reason = name.substring(dot + 1, Math.max(dot + 1, name.length() - SUFFIX.length()));
    DeviceName device;
    try {
      device = new DeviceName(name.substring(0, dot));
      if (!Mark.isReason(reason)) {
        throw new IllegalArgumentException(reason);
      }
    } catch (IllegalArgumentException e) {
      if (toldDamaged.add(file)) {
        log.warn("{} is not the file of a mark; remove it", file);
      }
      return Optional.empty();
    }
    try {
      Mark mark = parse(Files.readAllBytes(file));
      if (mark.device().equals(device) && mark.reason().equals(reason)) {
        return Optional.of(mark);
      }
    } catch (NoSuchFileException e) {
      return Optional.empty(); // cleared meanwhile
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      log.debug("{}: {}", file, ErrorText.of(e));
    }
    if (toldDamaged.add(file)) {
      log.warn(
          "{} is damaged: the mark in its name counts until 'acceld health clear {} {}'",
          file,
          device,
          reason);
    }
    return Optional.of(
        new Mark(
            device,
            reason,
            Effect.NO_SCHEDULE,
            "",
            "",
            Files.getLastModifiedTime(file).toInstant()));
  }

  /**
   * Reads one.
   *
   * @throws IOException when it is no JSON
   * @throws IllegalArgumentException when it is no mark
   * @throws DateTimeException when its time is none
   */
  static Mark parse(byte[] bytes) throws IOException {
    JsonNode json = JSON.readTree(bytes);
    Effect effect =
        json.path("effect").asText().equals(Effect.NONE.id()) ? Effect.NONE : Effect.NO_SCHEDULE;
    return new Mark(
        new DeviceName(json.path("device").asText()),
        json.path("reason").asText(),
        effect,
        json.path("note").asText(),
        json.path("by").asText(),
        Instant.parse(json.path("at").asText()));
  }

  /** Writes or replaces one, durably. */
  void write(Mark mark) throws IOException {
    DirectoryBelow.make(dir);
    disk.replace(file(mark), encode(mark));
  }

  static byte[] encode(Mark mark) {
    String json =
        JSON.createObjectNode()
            .put("format", 1)
            .put("device", mark.device().value())
            .put("reason", mark.reason())
            .put("effect", mark.effect().id())
            .put("note", mark.note())
            .put("by", mark.by())
            .put("at", mark.at().toString())
            .toPrettyString();
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Removes one, durably. */
  void remove(Mark mark) throws IOException {
    toldDamaged.remove(file(mark));
    disk.remove(file(mark));
  }

  private Path file(Mark mark) {
    return dir.resolve(mark.device() + "." + mark.reason() + SUFFIX);
  }
}
