package dev.acceld.telemetry.dcgm;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * People's own selection of series, in the form of dcgm-exporter's counter files: {@code FIELD,
 * type, help}, with comments after {@code #}. What cannot be served is named and left out.
 *
 * @param file where it is from
 * @param help by field, as the file says it
 * @param left what is not served, each with the reason
 */
public record DcgmCounters(Path file, Map<String, String> help, List<String> left) {
  private static final long MOST_BYTES = 1 << 20;
  private static final Set<String> TYPES =
      Set.of("gauge", "counter", "untyped", "histogram", "summary");
  private static final Pattern FIELD = Pattern.compile("DCGM_(?:FI|EXP)_[A-Z0-9_]+");

  /** Labels that every series has anyway. */
  private static final Set<String> LABELS =
      Set.of("DCGM_FI_DRIVER_VERSION", "DCGM_FI_SYSTEM_DRIVER_VERSION");

  /** Takes copies. */
  public DcgmCounters {
    help = Map.copyOf(help);
    left = List.copyOf(left);
  }

  /**
   * Reads the file.
   *
   * @param known the fields that can be served
   * @throws IOException when it cannot be read; the message names it and the remedy
   */
  public static DcgmCounters read(Path file, Set<String> known) throws IOException {
    List<String> lines;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IOException(file + ": it is larger than 1 MiB");
      }
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IOException(
          "the counter file cannot be read: "
              + ErrorText.of(e)
              + "; name a CSV file in dcgm-exporter's form (FIELD, type, help)",
          e);
    }
    Map<String, String> help = new LinkedHashMap<>();
    List<String> left = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        take(i + 1, line.split(",", 3), known, help, left);
      }
    }
    return new DcgmCounters(file, help, left);
  }

  private static void take(
      int number, String[] parts, Set<String> known, Map<String, String> help, List<String> left) {
    String field = parts[0].strip();
    String type = parts.length < 2 ? "" : parts[1].strip().toLowerCase(Locale.ROOT);
    String words = parts.length < 3 ? "" : parts[2].strip().replaceAll("^\"(.*)\"$", "$1");
    if (parts.length < 3 || !FIELD.matcher(field).matches()) {
      left.add("line " + number + " (it is not FIELD, type, help)");
    } else if (type.equals("label")) {
      if (!LABELS.contains(field)) {
        left.add(field + " (not available as a label)");
      }
    } else if (!TYPES.contains(type)) {
      left.add(field + " (the type '" + type + "' is unknown; use gauge or counter)");
    } else if (!known.contains(field)) {
      left.add(field + " (not available)");
    } else if (help.putIfAbsent(field, words) != null) {
      left.add("line " + number + " (" + field + " is there twice)");
    }
  }

  /** One sentence for people: what is served, and what is not. */
  public String sentence() {
    String served = help.size() + " fields of " + file + " are served";
    return left.isEmpty()
        ? served
        : served + "; remove the others, which acceld does not have: " + String.join(", ", left);
  }
}
