package dev.acceld.image.debian;

import dev.acceld.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file with the pins: a line each, columns apart by blanks, and a line {@code as-of TIME} with
 * a time at which the archive had all of them. Lines that start with # and empty ones are for
 * people.
 *
 * @param file where it is
 * @param lines as they are
 * @param time such as {@code 20261124T000000Z}
 * @param pins in the file's order
 */
public record PinFile(Path file, List<String> lines, String time, List<Pin> pins) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern TIME = Pattern.compile("as-of\\s+(\\d{8}T\\d{6}Z)");
  private static final int COLUMNS = 6;

  /** Copies what could change. */
  public PinFile {
    lines = List.copyOf(lines);
    pins = List.copyOf(pins);
  }

  /** The one of this module. */
  public static PinFile read(Path module) throws IOException {
    Path file = module.resolve("src/main/image/pins.txt");
    return parse(file, Files.readAllLines(file));
  }

  /**
   * From lines.
   *
   * @throws ImageException a line that is no pin, named by its number, or no time
   */
  static PinFile parse(Path file, List<String> lines) {
    List<Pin> pins = new ArrayList<>();
    String time = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      Matcher asOf = TIME.matcher(line);
      if (asOf.matches()) {
        time = asOf.group(1);
      } else if (!isRemark(line)) {
        pins.add(pin(line, i + 1));
      }
    }
    if (time.isEmpty()) {
      throw new ImageException(file + " has no line such as 'as-of 20261124T000000Z'");
    }
    return new PinFile(file, lines, time, pins);
  }

  private static boolean isRemark(String line) {
    return line.isEmpty() || line.startsWith("#");
  }

  private static Pin pin(String line, int number) {
    String[] columns = line.split("\\s+");
    if (columns.length != COLUMNS || !SHA256.matcher(columns[COLUMNS - 1]).matches()) {
      throw new ImageException(
          "pins, line "
              + number
              + ": expected 'name version architecture archive path sha256', found '"
              + line
              + "'");
    }
    return new Pin(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]);
  }

  /** The same file with other pins in the places of the old ones of the same name. */
  PinFile with(List<Pin> renewed, String asOf) {
    List<String> result = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String text = line.strip();
      if (TIME.matcher(text).matches()) {
        result.add("as-of " + asOf);
      } else if (isRemark(text)) {
        result.add(line);
      } else {
        Pin old = pin(text, i + 1);
        result.add(
            renewed.stream()
                .filter(old::isOfSamePackage)
                .findFirst()
                .map(PinFile::line)
                .orElse(line));
      }
    }
    return parse(file, result);
  }

  /** Writes the file. */
  void write() throws IOException {
    Files.write(file, lines);
  }

  private static String line(Pin pin) {
    return String.join(
        " ",
        pin.name(),
        pin.version(),
        pin.architecture(),
        pin.archive(),
        pin.path(),
        pin.sha256());
  }
}
