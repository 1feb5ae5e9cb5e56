package dev.acceld.image.debian;

import dev.acceld.image.ImageException;
import dev.acceld.image.oci.Digest;
import dev.acceld.tools.DebianMirrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Fetches what is pinned, once a machine: a file in the cache whose digest is right is not fetched
 * again, one whose digest is wrong is never used.
 */
public final class Downloads {
  private final Path cache;
  private final DebianMirrors mirrors;
  private final Transfer transfer;
  private final String renewal;

  /**
   * With a directory of its own, and a way to fetch.
   *
   * @param renewal the command that pins today's versions
   */
  public Downloads(Path cache, DebianMirrors mirrors, Transfer transfer, String renewal) {
    this.cache = cache;
    this.mirrors = mirrors;
    this.transfer = transfer;
    this.renewal = renewal;
  }

  /**
   * The package's file.
   *
   * @throws ImageException it is nowhere any more, or is not what was pinned
   */
  public Path fetch(Pin pin) throws IOException {
    Path file = cache.resolve(pin.sha256() + ".deb");
    if (Files.exists(file) && Digest.ofFile(file).equals(pin.sha256())) {
      return file;
    }
    Files.createDirectories(cache);
    List<String> problems = new ArrayList<>();
    for (String mirror : mirrors.of(pin.archive())) {
      String problem = attempt(mirror + pin.path(), pin, file);
      if (problem.isEmpty()) {
        return file;
      }
      problems.add(problem);
    }
    throw new ImageException(
        pin.title()
            + " cannot be downloaded:\n  "
            + String.join("\n  ", problems)
            + "\nThe archive drops a package when it has a newer one. Pin today's versions with '"
            + renewal
            + "', or set an archive that still has it with -Dimage.mirror=URL.");
  }

  private String attempt(String address, Pin pin, Path file) throws IOException {
    Path part = Files.createTempFile(cache, pin.name(), ".part");
    try {
      transfer.fetch(address, part);
      String found = Digest.ofFile(part);
      if (!found.equals(pin.sha256())) {
        return address + ": sha256 is " + found + ", pinned is " + pin.sha256();
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return "";
    } catch (IOException e) {
      return address + ": " + e.getMessage();
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
