package dev.acceld.image.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The list of classes that the archive is made of, in the form of {@code -XX:SharedClassListFile}.
 * It is part of the source, because two runs of a program never load quite the same classes, and
 * the image is to be the same each time.
 */
final class ClassList {
  private static final Pattern ID = Pattern.compile(" id: \\d+.*");
  private static final Pattern NAME = Pattern.compile("[\\w$]+(?:/[\\w$]+)+");

  private ClassList() {}

  /**
   * From what runs loaded, without what the image does not have.
   *
   * @param recorded lines that {@code -XX:DumpLoadedClassList} wrote
   * @param leftOut jars that are not in the image
   */
  static SortedSet<String> of(Collection<String> recorded, List<Path> leftOut) throws IOException {
    Set<String> absent = new HashSet<>();
    for (Path jar : leftOut) {
      absent.addAll(LeftOut.classesOf(jar));
    }
    SortedSet<String> list = new TreeSet<>();
    for (String line : recorded) {
      // @cp lines are for pre-linked constant pools, which this archive does not have
      if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("@cp ")) {
        String entry = ID.matcher(line).replaceFirst("");
        if (NAME.matcher(entry)
            .results()
            .map(match -> match.group())
            .flatMap(ClassList::meanings)
            .noneMatch(name ->
                absent.contains(name) || LeftOut.PACKAGES.stream().anyMatch(name::startsWith))) {
          list.add(entry);
        }
      }
    }
    return list;
  }

  /**
   * A name as it stands, and as it is when it was found in a descriptor, {@code Lorg/some/Name;}.
   */
  private static Stream<String> meanings(String name) {
    return name.startsWith("L") ? Stream.of(name, name.substring(1)) : Stream.of(name);
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
