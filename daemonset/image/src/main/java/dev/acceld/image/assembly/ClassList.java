package dev.acceld.image.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The list of classes that the archive is made of, in the form of {@code -XX:SharedClassListFile}.
 * It is part of the source, because two runs of a program never load quite the same classes, and
 * the image is to be the same each time.
 */
final class ClassList {
  private static final Pattern ID = Pattern.compile(" id: \\d+.*");

  private ClassList() {}

  /**
   * From what runs loaded.
   *
   * @param recorded lines that {@code -XX:DumpLoadedClassList} wrote
   */
  static SortedSet<String> of(Collection<String> recorded) {
    SortedSet<String> list = new TreeSet<>();
    for (String line : recorded) {
      // @cp lines are for pre-linked constant pools, which this archive does not have
      if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("@cp ")) {
        list.add(ID.matcher(line).replaceFirst(""));
      }
    }
    return list;
  }

  /** Where it lies in this module. */
  static Path in(Path module) {
    return module.resolve("src/main/image/classes.lst");
  }

  /** The list as it is in the source tree. */
  static List<String> read(Path module) throws IOException {
    return Files.readAllLines(in(module));
  }
}
