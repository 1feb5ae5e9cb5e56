package dev.acceld.host;

import dev.acceld.device.access.DeviceFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The host's {@code /sys}, {@code /proc} and {@code /dev} below a root that can be moved. Whatever
 * is absent, unreadable or malformed is empty, never an exception: kernels and machines differ in
 * what they have. Paths are given as on the host, from {@code /}.
 *
 * <p>Holds nothing but a buffer; safe for all threads. A read may hang with the kernel (a device in
 * D state), so it belongs on a probe's thread.
 */
public final class HostFs {
  /** No file that is read here is longer: {@code /proc/devices} is about 1 KiB. */
  static final int MOST_BYTES = 64 * 1024;

  /** Far more than the functions of the largest machine; a bound against a runaway directory. */
  static final int MOST_ENTRIES = 65_536;

  private static final int FILE_TYPE = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;

  private final Path root;
  private final HostFile.Buffer buffer = new HostFile.Buffer();

  /** Below that directory; {@code /} is the machine itself. */
  public HostFs(Path root) {
    this.root = root;
  }

  /** The directory that stands for the host's {@code /}. */
  public Path root() {
    return root;
  }

  /** The text of a small file without white space at its ends; empty for an empty file too. */
  public Optional<String> text(String path) {
    return file(path).text();
  }

  /** The number in a small file: decimal, negative, or hexadecimal after {@code 0x}. */
  public OptionalLong number(String path) {
    return file(path).number();
  }

  /** As {@link #number}, when it is neither negative nor beyond an int. */
  public OptionalInt index(String path) {
    return file(path).index();
  }

  /** A small file that is read again and again. */
  public HostFile file(String path) {
    return new HostFile(at(path).toFile(), buffer);
  }

  /** The names in a directory, sorted; none when it is not there. */
  public List<String> names(String directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(at(directory))) {
      for (Path entry : entries) {
        if (names.size() == MOST_ENTRIES) {
          break;
        }
        Path name = entry.getFileName();
        if (name != null) {
          names.add(name.toString());
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException | SecurityException e) {
      return List.of();
    }
    names.sort(null);
    return names;
  }

  /** Whether something is there, be it a dangling link. */
  public boolean exists(String path) {
    return Files.exists(at(path), LinkOption.NOFOLLOW_LINKS);
  }

  /** The text of a symbolic link, unresolved. */
  public Optional<String> link(String path) {
    try {
      return Optional.of(Files.readSymbolicLink(at(path)).toString());
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return Optional.empty();
    }
  }

  /** The last component of a symbolic link's text, as sysfs uses it for drivers and groups. */
  public Optional<String> linkName(String path) {
    return link(path).map(text -> text.substring(text.lastIndexOf('/') + 1));
  }

  /** Major and minor number of a character device's node; empty for any other file. */
  public Optional<DeviceFile.Number> node(String path) {
    try {
      if (!(Files.getAttribute(at(path), "unix:mode") instanceof Integer mode)
          || (mode & FILE_TYPE) != CHARACTER_DEVICE
          || !(Files.getAttribute(at(path), "unix:rdev") instanceof Long rdev)) {
        return Optional.empty();
      }
      return Optional.of(number(rdev));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Takes a {@code dev_t} apart as glibc's sysmacros.h does. */
  static DeviceFile.Number number(long dev) {
    int major = (int) (((dev >>> 8) & 0xfff) | ((dev >>> 32) & ~0xfffL));
    int minor = (int) ((dev & 0xff) | ((dev >>> 12) & ~0xffL));
    return new DeviceFile.Number(major, minor);
  }

  private Path at(String path) {
    int start = 0;
    while (start < path.length() && path.charAt(start) == '/') {
      start++;
    }
    return root.resolve(path.substring(start));
  }
}
