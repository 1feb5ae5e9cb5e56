package dev.acceld.faultstore;

import dev.acceld.device.PciAddress;
import dev.acceld.steady.DirectoryBelow;
import dev.acceld.steady.DurableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of kept faults: one small file for each, written aside, synced and renamed. Several
 * processes may use it; a lock orders their writes. Not safe for threads.
 */
final class FaultFiles {
  private static final Logger log = LoggerFactory.getLogger(FaultFiles.class);
  private static final String LOCK = ".lock";
  private static final String TEMPORARY = ".tmp";
  private static final Pattern NAME =
      Pattern.compile(
          "(?:(gpu-[0-9a-f-]{36})|pci-([0-9a-f-]+\\.[0-7]))\\."
              + "([a-z]+(?:-[a-z]+)*-(?:[A-Za-z0-9]{1,32}|[A-Z][A-Za-z0-9-]{1,31}))");

  private final Path dir;

  FaultFiles(Path dir) {
    this.dir = dir;
  }

  Path dir() {
    return dir;
  }

  /**
   * All that can be read. A file that is damaged still says by its name which fault of which device
   * it is about: that fault counts, for nobody can tell that it is over.
   *
   * @throws IOException when the directory itself cannot be read: then nothing is known of any
   */
  List<KeptFault> read() throws IOException {
    List<KeptFault> faults = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!name.startsWith(".") && !name.endsWith(TEMPORARY)) {
          read(file).or(() -> damaged(file, name)).ifPresent(faults::add);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of(); // nothing was ever kept
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return faults;
  }

  private static Optional<KeptFault> read(Path file) {
    try {
      Optional<KeptFault> fault = KeptFaultCodec.decode(Files.readAllBytes(file));
      return fault.filter(f -> f.key().equals(String.valueOf(file.getFileName())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<KeptFault> damaged(Path file, String name) {
    if (!Files.exists(file)) {
      return Optional.empty(); // removed meanwhile
    }
    Matcher m = NAME.matcher(name);
    if (!m.matches()) {
      log.warn("{} is not a fault file; remove it", file);
      return Optional.empty();
    }
    log.warn(
        "{} is damaged: the fault in its name counts until a reset or a reboot; if the device is"
            + " healthy, remove the file and restart the agent",
        file);
    Optional<String> uuid =
        Optional.ofNullable(m.group(1)).map(u -> "GPU" + u.substring(3).toLowerCase(Locale.ROOT));
    return Optional.of(
        new KeptFault(
            uuid,
            Optional.ofNullable(m.group(2)).flatMap(FaultFiles::address),
            m.group(3),
            "",
            new Onset(modified(file), ""),
            ResetMarks.NONE,
            Optional.empty(),
            "",
            0));
  }

  private static Optional<PciAddress> address(String inName) {
    int last = inName.lastIndexOf('-');
    int before = last < 0 ? -1 : inName.lastIndexOf('-', last - 1);
    return before < 0
        ? Optional.empty()
        : PciAddress.parse(
            inName.substring(0, before)
                + ":"
                + inName.substring(before + 1, last)
                + ":"
                + inName.substring(last + 1));
  }

  private static Instant modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  /**
   * Writes one, unless what is there is news to it: an end that came after it, or a later fault.
   */
  void write(KeptFault fault) throws IOException {
    DirectoryBelow.make(dir);
    locked(() -> {
      Path file = dir.resolve(fault.key());
      Optional<KeptFault> there = Files.exists(file) ? read(file) : Optional.empty();
      if (there.isPresent() && outranks(there.get(), fault)) {
        return;
      }
      // Under the lock, so that the temporary file is nobody else's.
      DurableFile.replace(
          file,
          dir.resolve(fault.key() + TEMPORARY),
          KeptFaultCodec.encode(there.map(t -> merged(t, fault)).orElse(fault)));
    });
  }

  /** By their rounds, for the wall clock may have been set back between a fault and its end. */
  private static boolean outranks(KeptFault there, KeptFault fault) {
    if (there.otherBootThan(fault)) {
      return false;
    }
    return there.round() > fault.round()
        || (there.round() == fault.round() && !there.active() && fault.active());
  }

  /** Two processes see the same fault at slightly different times. */
  private static KeptFault merged(KeptFault there, KeptFault fault) {
    boolean same =
        there.active() && fault.active() && there.onset().boot().equals(fault.onset().boot());
    return same && there.onset().at().isBefore(fault.onset().at())
        ? there.with(there.marks().and(fault.marks())).inRound(fault.round())
        : fault;
  }

  /** Removes one, unless another process has written it anew since. */
  void remove(KeptFault fault) throws IOException {
    locked(() -> {
      Path file = dir.resolve(fault.key());
      if (read(file).filter(fault::equals).isPresent()) {
        Files.deleteIfExists(file);
      }
    });
  }

  private interface Step {
    void run() throws IOException;
  }

  /** A file lock keeps out other processes, but not other threads of this one. */
  private void locked(Step step) throws IOException {
    synchronized (FaultFiles.class) {
      try (FileChannel channel =
              FileChannel.open(
                  dir.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        if (held.isValid()) {
          step.run();
        }
      }
    }
  }
}
