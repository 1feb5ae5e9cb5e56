package dev.acceld.probe;

import dev.acceld.device.Boot;
import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.steady.DirectoryBelow;
import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that this agent was told to keep its hands off: one small file for each, so that both
 * processes of a rolling update and a successor know. A file of an earlier boot counts for nothing.
 * Thread-safe; each question reads a directory that is empty nearly always.
 */
public final class Releases {
  /** Nothing can be released. */
  public static final Releases NONE = new Releases(Optional.empty(), Optional::empty);

  private static final Logger log = LoggerFactory.getLogger(Releases.class);

  private static final int LONGEST_REASON = 200;
  private static final Released NOTHING = new Released(Map.of(), false);
  private static final Released ALL_OF_THEM = new Released(Map.of(), true);

  /** No device is called so: names have no dots. */
  private static final String ALL = "all.devices";

  /** The same, by the word of the node's label: only that word ends it. */
  private static final String LABEL = "all.label";

  private final Optional<Path> dir;
  private final Supplier<Optional<String>> bootId;
  private volatile @Nullable Released last;
  private volatile String trouble = "";

  private Releases(Optional<Path> dir, Supplier<Optional<String>> bootId) {
    this.dir = dir;
    this.bootId = bootId;
  }

  /** Kept in that directory, which is made when it is needed. */
  public static Releases in(Path dir, Supplier<Optional<String>> bootId) {
    return new Releases(Optional.of(dir), bootId);
  }

  /**
   * What is released.
   *
   * @param devices by name, with their PCI addresses where they have one
   * @param all true when the vendor's library must not be open at all, so that the driver can go
   */
  public record Released(Map<DeviceName, Optional<PciAddress>> devices, boolean all) {

    /** Takes a copy. */
    public Released {
      devices = Map.copyOf(devices);
    }

    /** Whether that device is. */
    public boolean holds(DeviceName device) {
      return all || devices.containsKey(device);
    }

    /** True when nothing is. */
    public boolean isEmpty() {
      return devices.isEmpty() && !all;
    }
  }

  /**
   * What is released now. While the directory cannot be read, what was released when it last could
   * be; everything, if it never could be: hands off what may be released.
   */
  public Released now() {
    if (dir.isEmpty()) {
      return NOTHING;
    }
    try {
      Released now = read(dir.get());
      last = now;
      trouble = "";
      return now;
    } catch (IOException | DirectoryIteratorException | IllegalArgumentException e) {
      Released known = last;
      if (!ErrorText.of(e).equals(trouble)) {
        trouble = ErrorText.of(e);
        log.warn(
            "cannot read the released GPUs from {} ({}): {}",
            dir.get(),
            trouble,
            known == null
                ? "no GPU is opened until this is fixed"
                : "earlier releases stay in effect until this is fixed");
      }
      return known == null ? ALL_OF_THEM : known;
    }
  }

  private Released read(Path at) throws IOException {
    Map<DeviceName, Optional<PciAddress>> devices = new HashMap<>();
    boolean all = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(at)) {
      for (Path file : files) {
        Optional<List<String>> lines = ofThisBoot(file);
        String name = String.valueOf(file.getFileName());
        if (lines.isPresent() && (name.equals(ALL) || name.equals(LABEL))) {
          all = true;
        } else if (lines.isPresent() && name.indexOf('.') < 0) {
          devices.put(new DeviceName(name), PciAddress.parse(lines.get().get(1)));
        }
      }
    } catch (NoSuchFileException e) {
      Path stateDir = at.toAbsolutePath().getParent();
      if (stateDir == null || !Files.isDirectory(stateDir)) {
        throw e; // not even the state directory is there: that says nothing
      }
    }
    return new Released(devices, all);
  }

  /** Releases a device. */
  public void release(DeviceName device, Optional<PciAddress> pci) throws IOException {
    write(device.value(), pci.map(PciAddress::toString).orElse("-"));
  }

  /** Releases all devices, and the libraries by which they are reached. */
  public void releaseAll() throws IOException {
    releaseAll("");
  }

  /**
   * The same.
   *
   * @param why what for, in the words of who asked; empty when that is not said
   */
  public void releaseAll(String why) throws IOException {
    write(ALL, "-\n" + OneLine.start(why, LONGEST_REASON));
  }

  /**
   * Releases all devices because the node's label says so: neither {@link #takeBackAll} nor the
   * return of a driver ends that.
   */
  public void releaseByLabel(String why) throws IOException {
    write(LABEL, "-\n" + OneLine.start(why, LONGEST_REASON));
  }

  /** The node's label says so no longer; false when it did not before. */
  public boolean takeBackByLabel() throws IOException {
    return dir.isPresent() && Files.deleteIfExists(dir.get().resolve(LABEL));
  }

  /** Whether the node's label is why all devices are released, and what it says. */
  public Optional<String> byLabel() {
    return why(LABEL);
  }

  /** Why all devices are released, as far as somebody has said it; empty when they are not. */
  public Optional<String> whyAll() {
    return why(LABEL).or(() -> why(ALL));
  }

  private Optional<String> why(String name) {
    try {
      return dir.isEmpty()
          ? Optional.empty()
          : ofThisBoot(dir.get().resolve(name))
              .map(lines -> lines.size() > 2 ? lines.get(2).strip() : "");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Takes a device back; false when it was not released. */
  public boolean takeBack(DeviceName device) throws IOException {
    return dir.isPresent() && Files.deleteIfExists(dir.get().resolve(device.value()));
  }

  /** Takes back everything but what the node's label has released. */
  public void takeBackAll() throws IOException {
    if (dir.isEmpty()) {
      return;
    }
    for (DeviceName device : now().devices().keySet()) {
      takeBack(device);
    }
    Files.deleteIfExists(dir.get().resolve(ALL));
  }

  private Optional<List<String>> ofThisBoot(Path file) throws IOException {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.size() >= 2 && Boot.maybeSame(lines.getFirst(), boot())
          ? Optional.of(lines)
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private String boot() {
    return bootId.get().orElse(Boot.UNKNOWN);
  }

  private void write(String name, String pci) throws IOException {
    Path at = dir.orElseThrow(() -> new IOException("this agent cannot release devices"));
    DirectoryBelow.make(at);
    Path fresh = Files.writeString(at.resolve(name + ".new"), boot() + "\n" + pci + "\n");
    Files.move(fresh, at.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
