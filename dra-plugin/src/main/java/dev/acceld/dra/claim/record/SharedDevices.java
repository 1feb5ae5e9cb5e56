package dev.acceld.dra.claim.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.record.format.RecordSeal;
import dev.acceld.steady.DirectoryBelow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of {@link SharedDevice}s: a durable one in the state directory, by which the other one,
 * in the CDI directory, comes back when somebody removes or changes it. Both are there before a
 * record names the device, and go when no record names it and no prepare is under way that may. The
 * order is: durable file, CDI file, record; and back: CDI file, durable file. So a crash leaves
 * either a device that no record names, which is collected, or one that can be put back.
 *
 * <p>Thread-safe; two processes may work on the same directories.
 */
public final class SharedDevices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedDevices.class);
  private static final String SUFFIX = ".json";
  private static final String TEMPORARY = ".tmp";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path dir;
  private final String prefix;
  private final RecordFiles disk;
  private final CdiDirectory cdiDir;
  private final StepHook hook;
  private final SharedUses uses;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** A device whose files both held that text when they looked so. */
  private record Known(CdiText cdi, @Nullable Look durable, @Nullable Look file) {}

  /** By what a change of a file is noticed without reading it. */
  private record Look(@Nullable Object inode, long size, FileTime time) {

    static @Nullable Look at(Path file) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new Look(now.fileKey(), now.size(), now.lastModifiedTime());
      } catch (IOException e) {
        return null;
      }
    }
  }

  /**
   * Opens nothing but the lock file.
   *
   * @throws IOException when the state directory cannot be used
   */
  public SharedDevices(
      String driver, Path stateDir, RecordFiles disk, CdiDirectory cdiDir, StepHook hook)
      throws IOException {
    this.dir = stateDir.resolve("shared-cdi");
    this.prefix = filePrefix(driver);
    this.disk = disk;
    this.cdiDir = cdiDir;
    this.hook = hook;
    this.uses = new SharedUses(stateDir);
    Files.createDirectories(dir);
  }

  /** How the CDI files of a driver's shared devices begin. */
  public static String filePrefix(String driver) {
    return driver + "-driver_";
  }

  /** The CDI file of a device. */
  public String fileName(String name) {
    return prefix + name + SUFFIX;
  }

  /** The device of a CDI file, finished or temporary; empty for any other file. */
  public Optional<String> nameOf(String fileName) {
    String finished = CdiDirectory.targetOf(fileName).orElse(fileName);
    return finished.startsWith(prefix) && finished.endsWith(SUFFIX)
        ? Optional.of(finished.substring(prefix.length(), finished.length() - SUFFIX.length()))
        : Optional.empty();
  }

  /** Devices that are not removed as long as this is open. */
  public final class Use implements AutoCloseable {
    private final Collection<SharedDevice> devices;
    private final Deque<ClaimLocks.Held> held = new ArrayDeque<>();

    private Use(Collection<SharedDevice> devices) {
      this.devices = devices;
    }

    /** Sees to it that containers can get the devices. */
    public void publish() throws IOException {
      for (SharedDevice device : devices) {
        published(device.name(), device.cdi());
      }
    }

    @Override
    public void close() {
      while (!held.isEmpty()) {
        held.pop().close();
      }
    }
  }

  /**
   * Sees to it that devices are kept, on the disk, with that content. Looks only at the times of
   * files that are as they were.
   */
  public Use use(Collection<SharedDevice> devices) throws IOException, InterruptedException {
    Use use = new Use(devices);
    boolean complete = false;
    try {
      for (SharedDevice device : devices) {
        use.held.push(uses.take(device.name()));
        kept(device.name(), device.cdi());
      }
      complete = true;
      return use;
    } finally {
      if (!complete) {
        use.close();
      }
    }
  }

  /** Whether the files of a device hold that text. */
  public boolean holds(SharedDevice device) {
    String name = device.name();
    return unchanged(name, device.cdi())
        || (text(name).filter(device.cdi()::equals).isPresent()
            && cdiDir.holds(fileName(name), device.cdi()));
  }

  private boolean unchanged(String name, CdiText cdi) {
    Known before = known.get(name);
    return before != null
        && before.durable() != null
        && before.file() != null
        && before.cdi().equals(cdi)
        && before.durable().equals(Look.at(durable(name)))
        && before.file().equals(Look.at(cdiDir.path(fileName(name))));
  }

  private void kept(String name, CdiText cdi) throws IOException {
    Path file = durable(name);
    Known before = known.get(name);
    if (before != null
        && before.durable() != null
        && before.cdi().equals(cdi)
        && before.durable().equals(Look.at(file))) {
      return;
    }
    if (!text(name).filter(cdi::equals).isPresent()) {
      DirectoryBelow.make(dir);
      disk.replace(file, encode(cdi));
    }
    known.put(name, new Known(cdi, Look.at(file), null));
  }

  /** Called after {@link #kept} of the same text. */
  private boolean published(String name, CdiText cdi) throws IOException {
    if (unchanged(name, cdi)) {
      return false;
    }
    boolean there = cdiDir.holds(fileName(name), cdi);
    if (!there) {
      cdiDir.write(fileName(name), cdi.text().orElseThrow().getBytes(StandardCharsets.UTF_8));
    }
    known.put(name, new Known(cdi, Look.at(durable(name)), Look.at(cdiDir.path(fileName(name)))));
    return !there;
  }

  /**
   * Puts the files of a device that a record names back, if one is missing or not what it was.
   *
   * @return whether its CDI file was written
   */
  public boolean restore(String name) throws IOException, InterruptedException {
    Known before = known.get(name);
    if (before != null && unchanged(name, before.cdi())) {
      return false;
    }
    try (ClaimLocks.Held held = uses.take(name)) {
      Optional<CdiText> cdi = text(name);
      if (cdi.isEmpty()) {
        cdi =
            before != null
                ? Optional.of(before.cdi())
                : cdiDir.text(fileName(name)).map(CdiText::of); // the state directory was emptied
      }
      if (cdi.isEmpty()) {
        LOG.debug("{}: shared CDI device {} no longer exists", held, name);
        return false;
      }
      kept(name, cdi.get());
      return published(name, cdi.get());
    }
  }

  /** Which devices records name. */
  public interface Named {
    /** As of now, whoever wrote the record; true also when it cannot be found out. */
    boolean names(String device) throws IOException;
  }

  /**
   * Removes devices that no record names and no prepare uses. A CDI file without a durable one is
   * not ours: the state directory was emptied, or it is of an agent that has another one.
   */
  public void collect(Named named) throws IOException, InterruptedException {
    for (String file : names()) {
      String name = file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : "";
      if (name.isEmpty() || named.names(name)) {
        continue;
      }
      try (ClaimLocks.Held alone = uses.alone(name)) {
        if (alone != null && !named.names(name)) {
          known.remove(name);
          boolean any = cdiDir.remove(fileName(name));
          hook.reached(StepHook.Step.SHARED_REMOVED);
          any |= disk.remove(durable(name));
          if (any) {
            LOG.info("removed shared CDI device {}: no claim uses it any more", name);
          }
        }
      }
    }
    for (String file : cdiDir.list(prefix)) {
      if (CdiDirectory.targetOf(file).isPresent()) {
        removeTemporary(cdiDir.path(file), nameOf(file).orElse(file));
      }
    }
    for (String file : names()) {
      if (file.endsWith(TEMPORARY)) {
        removeTemporary(dir.resolve(file), file.substring(0, Math.max(0, file.indexOf(SUFFIX))));
      }
    }
  }

  private void removeTemporary(Path file, String name) throws IOException, InterruptedException {
    try (ClaimLocks.Held alone = uses.alone(name)) {
      if (alone != null && Files.deleteIfExists(file)) {
        LOG.info("removed leftover {}", file);
      }
    }
  }

  private Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir)) {
      list.forEach(file -> names.add(String.valueOf(file.getFileName())));
    } catch (NoSuchFileException e) {
      return names;
    }
    return names;
  }

  /** The text that is kept of a device; empty when there is none, or it is damaged. */
  private Optional<CdiText> text(String name) {
    try {
      JsonNode json = JSON.readTree(ClaimRecordCodec.whole(Files.readAllBytes(durable(name))));
      return json.path("cdi").isTextual()
          ? Optional.of(CdiText.of(json.path("cdi").textValue()))
          : Optional.empty();
    } catch (IOException | RecordDamagedException e) {
      return Optional.empty();
    }
  }

  private static byte[] encode(CdiText cdi) throws IOException {
    return RecordSeal.seal(
        JSON.writeValueAsBytes(
            JSON.createObjectNode().put("format", "1.0").put("cdi", cdi.text().orElseThrow())));
  }

  private Path durable(String name) {
    return dir.resolve(name + SUFFIX);
  }

  @Override
  public void close() throws IOException {
    uses.close();
  }
}
