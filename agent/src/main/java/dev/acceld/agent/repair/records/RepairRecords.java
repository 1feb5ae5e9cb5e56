package dev.acceld.agent.repair.records;

import dev.acceld.device.Boot;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.health.StatedReason;
import dev.acceld.probe.Releases;
import dev.acceld.steady.DirectoryBelow;
import dev.acceld.steady.DurableFile;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repairs of this node that are under way or have failed, in a directory that both processes of
 * a rolling update and a successor see: one file for each device, synced before it counts. A reboot
 * resets every device, so a file of an earlier boot is removed. Thread-safe.
 */
public final class RepairRecords {
  private static final Logger LOG = LoggerFactory.getLogger(RepairRecords.class);
  private static final String RECORD = ".json";
  private static final String TRIES = ".tries";
  private static final String LOCK = "lock";

  /** Taken by this process: to close another channel to such a file would drop the lock. */
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path dir;
  private final Supplier<Optional<String>> bootId;
  private volatile List<RepairRecord> last = List.of();
  private volatile List<StatedReason> lastReasons = List.of();
  private volatile String trouble = "";

  /** Since when they cannot be read that never could be; null when they could be once. */
  private @Nullable Instant unread = Instant.now();

  /** Kept in that directory, which is made when it is needed. */
  public RepairRecords(Path dir, Supplier<Optional<String>> bootId) {
    this.dir = dir;
    this.bootId = bootId;
  }

  /** All that can be read now; while the directory cannot be read, what it had before. */
  public synchronized List<RepairRecord> all() {
    look();
    return last;
  }

  /** The record of a device. */
  public Optional<RepairRecord> of(DeviceName device) {
    return all().stream().filter(record -> record.device().equals(device)).findFirst();
  }

  /**
   * What is to be said of devices now; until the records could be read once, that it is unknown of
   * each of these devices whether its repair has failed. Reads a directory that is empty nearly
   * always.
   */
  public synchronized List<StatedReason> reasons(List<Device> devices) {
    look();
    Instant since = unread;
    if (since == null || devices.isEmpty()) {
      return lastReasons;
    }
    Set<String> parts = new TreeSet<>();
    devices.forEach(device -> parts.addAll(device.common().physical()));
    return List.of(RepairRecord.unread(parts, dir.toString(), since));
  }

  /** Why the records cannot be read, and what follows, for a person; empty when they can be. */
  public synchronized Optional<String> problem() {
    return trouble.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the records of repairs in "
                + dir
                + " cannot be read ("
                + trouble
                + "); until this is fixed, "
                + (unread == null
                    ? "those known stay in effect"
                    : "no claim gets a device, because its repair may have failed"));
  }

  private void look() {
    try {
      List<RepairRecord> records = new ArrayList<>();
      List<StatedReason> reasons = new ArrayList<>();
      if (!Files.notExists(dir)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, "*" + RECORD)) {
          for (Path file : files) {
            read(file, records, reasons);
          }
        }
      }
      last = List.copyOf(records);
      lastReasons = List.copyOf(reasons);
      trouble = "";
      unread = null;
    } catch (IOException | DirectoryIteratorException e) {
      if (!trouble.equals(ErrorText.of(e))) {
        trouble = ErrorText.of(e);
        LOG.warn("{}", problem().orElse(""));
      }
    }
  }

  private void read(Path file, List<RepairRecord> records, List<StatedReason> reasons)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    String device = name.substring(0, name.length() - RECORD.length());
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return;
    }
    try {
      RepairRecord record = RepairRecordCodec.read(bytes);
      if (Boot.maybeSame(record.boot(), boot())) {
        records.add(record);
        reasons.add(record.reason());
      } else {
        LOG.info("the repair of {} ended with the reboot of the node", device);
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      reasons.add(
          RepairRecord.damaged(
              device, file.toString(), Files.getLastModifiedTime(file).toInstant()));
    }
  }

  /** This boot, as records carry it. */
  public String boot() {
    return bootId.get().orElse(Boot.UNKNOWN);
  }

  /** Keeps a record; it is on disk when this comes back. */
  public synchronized void put(RepairRecord record) throws IOException {
    DirectoryBelow.make(dir);
    Path file = dir.resolve(record.device() + RECORD);
    Path fresh = dir.resolve(record.device() + RECORD + ".new");
    DurableFile.replace(file, fresh, RepairRecordCodec.write(record));
  }

  /** Forgets a record: the device is well again, or nothing was done. */
  public synchronized void remove(DeviceName device) throws IOException {
    if (Files.deleteIfExists(dir.resolve(device + RECORD))) {
      DurableFile.syncDirectory(dir);
    }
  }

  /** Notes that a device is reset by rule. */
  public synchronized void noteTry(DeviceName device, Instant at) throws IOException {
    DirectoryBelow.make(dir);
    Files.writeString(
        dir.resolve(device + TRIES),
        at + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** How often a device was reset by rule since then; unreadable lines count. */
  public synchronized int triesSince(DeviceName device, Instant since) throws IOException {
    try {
      List<String> lines = Files.readAllLines(dir.resolve(device + TRIES));
      List<String> recent = lines.stream().filter(line -> isSince(line, since)).toList();
      if (recent.size() < lines.size()) {
        Files.write(dir.resolve(device + TRIES), recent);
      }
      return recent.size();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static boolean isSince(String line, Instant since) {
    try {
      return !Instant.parse(line.strip()).isBefore(since);
    } catch (DateTimeException e) {
      return true;
    }
  }

  /**
   * The right to repair devices of this node, for one process at a time; it goes with the process.
   *
   * @return empty when another process has it
   */
  public Optional<Turn> turn() throws IOException {
    DirectoryBelow.make(dir);
    Path file = dir.resolve(LOCK).toAbsolutePath();
    if (!TAKEN.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel.tryLock();
    } finally {
      if (lock == null) {
        if (channel != null) {
          channel.close();
        }
        TAKEN.remove(file);
      }
    }
    if (lock == null) {
      return Optional.empty();
    }
    FileChannel held = channel;
    return Optional.of(() -> {
      held.close();
      TAKEN.remove(file);
    });
  }

  /**
   * Takes back the devices that a process had let go of for a repair in which it ended, so that
   * they are found and stay on offer. One that another process is repairing is left to it.
   */
  public void takeBackInterrupted(Releases releases) {
    for (RepairRecord record : all()) {
      if (record.underWay() && record.letGo()) {
        try (Turn turn = turn().orElse(null)) {
          if (turn != null) {
            boolean unused = releases.takeBack(record.device());
          }
        } catch (IOException e) {
          LOG.warn("{} cannot be taken back, retrying: {}", record.device(), ErrorText.of(e));
        }
      }
    }
  }

  /** A turn that is held. */
  public interface Turn extends AutoCloseable {
    @Override
    void close() throws IOException;
  }
}
