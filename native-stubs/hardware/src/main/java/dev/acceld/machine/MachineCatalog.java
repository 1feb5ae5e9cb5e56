package dev.acceld.machine;

import dev.acceld.machine.description.DescriptionReader;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import dev.acceld.machine.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machines that come with acceld, and the way to any other: a YAML file of one's own. */
public final class MachineCatalog {
  private static final List<String> NAMES =
      List.of(
          "h100x8",
          "h100x1",
          "a100x8",
          "h200x8",
          "b200x8",
          "v100x4",
          "l4x1",
          "gb200x4",
          "mi300x8",
          "mi210x4",
          "b60x4",
          "max1550x4",
          "tpu-v4x4",
          "tpu-v5ex8",
          "tpu-v6ex8",
          "tpu7x4",
          "mixed",
          "empty");

  private MachineCatalog() {}

  /** The names of the machines that come with acceld. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Loads a machine.
   *
   * @param nameOrPath one of {@link #names()}, or the path of a description (it contains a {@code
   *     /} or ends in {@code .yaml} or {@code .yml})
   * @throws MachineException when there is no such machine or its description has a mistake; the
   *     message names file, place and remedy
   */
  public static MachineDescription load(String nameOrPath) {
    return DescriptionReader.read(text(nameOrPath), source(nameOrPath));
  }

  private static String text(String nameOrPath) {
    if (isPath(nameOrPath)) {
      try {
        return Files.readString(Path.of(nameOrPath));
      } catch (IOException e) {
        throw new MachineException(
            "machine description "
                + nameOrPath
                + " cannot be read ("
                + FileTree.describe(e)
                + "); use the path of a readable YAML file, or one of "
                + String.join(", ", NAMES),
            e);
      }
    }
    if (!NAMES.contains(nameOrPath)) {
      throw new MachineException(
          "there is no machine '"
              + nameOrPath
              + "'"
              + Suggestions.hint(nameOrPath, NAMES)
              + " Known machines are "
              + String.join(", ", NAMES)
              + ", or use the path of your own YAML file");
    }
    try (InputStream in = MachineCatalog.class.getResourceAsStream(resource(nameOrPath))) {
      if (in == null) {
        throw new MachineException("this build lacks the description " + resource(nameOrPath));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new MachineException("the description " + resource(nameOrPath) + " is damaged", e);
    }
  }

  private static boolean isPath(String nameOrPath) {
    return nameOrPath.contains("/") || nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml");
  }

  private static String source(String nameOrPath) {
    return isPath(nameOrPath) ? nameOrPath : nameOrPath + ".yaml";
  }

  private static String resource(String name) {
    return "/machines/" + name + ".yaml";
  }
}
