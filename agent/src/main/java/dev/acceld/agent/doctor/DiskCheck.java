package dev.acceld.agent.doctor;

import dev.acceld.text.ErrorText;
import dev.acceld.words.Rounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether a directory can be written to and has room. Written to for a moment, for free inodes and
 * read-only mounts show in no other way; a name with a dot, without an ending that runtimes read.
 */
final class DiskCheck implements Check {
  private static final long LITTLE = 64L << 20;
  private static final byte[] SAMPLE = new byte[16 * 1024]; // more than any record

  private final String what;
  private final Path dir;
  private final String flag;

  DiskCheck(String what, Path dir, String flag) {
    this.what = what;
    this.dir = dir;
    this.flag = flag;
  }

  @Override
  public String name() {
    return what;
  }

  @Override
  public List<Finding> look() throws IOException {
    Path there = existing(dir);
    if (there == null || !Files.isDirectory(there)) {
      return List.of(
          Finding.fail(
              name(), dir + " cannot be created: " + there + " is not a directory", mountIt(flag)));
    }
    Path probe = there.resolve(".acceld-doctor-" + UUID.randomUUID());
    try {
      Files.write(probe, SAMPLE);
    } catch (IOException e) {
      return List.of(unwritable(name(), there, e, flag));
    } finally {
      Files.deleteIfExists(probe);
    }
    long free = Files.getFileStore(there).getUsableSpace();
    String room = Rounded.gib(free) + " free";
    if (free < LITTLE) {
      return List.of(
          Finding.warn(
              name(),
              there + ": " + room,
              "free space before the disk is full and no claim can be prepared"));
    }
    return List.of(
        Finding.ok(
            name(),
            dir
                + (there.equals(dir) ? "" : " does not exist yet and will be created")
                + ", "
                + room));
  }

  /** What a failed write to the directory means. */
  static Finding unwritable(String name, Path dir, IOException e, String flag) {
    String why = String.valueOf(e.getMessage());
    return why.contains("No space left")
        ? Finding.fail(
            name,
            "no space (or no inode) is left in " + dir,
            "free space: no claim can be prepared (df -h and df -i " + dir + ")")
        : Finding.fail(name, dir + " cannot be written: " + ErrorText.of(e), mountIt(flag));
  }

  private static String mountIt(String flag) {
    return "run this as root; in a pod, mount the host's directory read-write; or set another with "
        + flag;
  }

  private static @Nullable Path existing(Path dir) {
    Path there = dir;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there;
  }
}
