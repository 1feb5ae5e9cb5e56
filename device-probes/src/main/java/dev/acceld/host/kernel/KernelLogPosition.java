package dev.acceld.host.kernel;

import dev.acceld.device.Boot;
import dev.acceld.steady.DirectoryBelow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far the kernel's log was read, on disk: a restarted agent goes on from there. Several
 * processes may use the file; the farthest counts. Not safe for threads.
 */
public final class KernelLogPosition {
  private static final Pattern FORM =
      Pattern.compile("boot ([0-9a-zA-Z-]{1,64})\nsequence (0|[1-9][0-9]{0,17})\n");
  private static final int MOST_BYTES = 256;

  private final Path file;

  /**
   * How far a log was read.
   *
   * @param boot in which boot; {@link Boot#UNKNOWN} when the host did not say
   * @param sequence the number of the last record
   */
  public record Reached(String boot, long sequence) {}

  /** In a directory, which is made when it is needed; its parent must be there. */
  public KernelLogPosition(Path dir) {
    file = dir.resolve("position");
  }

  /**
   * What was written last; empty when nothing was, or when the file is damaged.
   *
   * @throws IOException when it cannot be read
   */
  public Optional<Reached> read() throws IOException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        return Optional.empty();
      }
      return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static Optional<Reached> parse(String text) {
    Matcher m = FORM.matcher(text);
    return m.matches()
        ? Optional.of(new Reached(m.group(1), Long.parseLong(m.group(2))))
        : Optional.empty();
  }

  static String format(Reached reached) {
    return "boot " + reached.boot() + "\nsequence " + reached.sequence() + "\n";
  }

  /**
   * Writes it, unless another process has come farther in the same boot.
   *
   * @throws IOException when it cannot be written
   */
  public void write(Reached reached) throws IOException {
    Optional<Reached> there = read();
    if (there.isPresent()
        && there.get().boot().equals(reached.boot())
        && there.get().sequence() >= reached.sequence()) {
      return;
    }
    Path dir = file.getParent();
    if (dir != null) {
      DirectoryBelow.make(dir);
    }
    Path temporary = file.resolveSibling(".position." + ProcessHandle.current().pid());
    Files.writeString(temporary, format(reached));
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
