package dev.acceld.e2e.components;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where Debian's packages come from: the mirror that this machine's apt already uses. */
public final class DebianMirror {
  /** Debian's own address, for machines whose apt knows no other. */
  public static final String DEFAULT = "http://deb.debian.org/debian";

  private DebianMirror() {}

  /**
   * {@code acceld.e2e.mirror}, else the first Debian mirror of apt's configuration, else Debian's
   * own.
   */
  public static String ofThisMachine() {
    String property = System.getProperty("acceld.e2e.mirror", "");
    if (!property.isEmpty()) {
      return property;
    }
    List<String> texts = new ArrayList<>();
    texts.addAll(read(Path.of("/etc/apt/sources.list.d"), ".sources"));
    texts.addAll(read(Path.of("/etc/apt/sources.list.d"), ".list"));
    texts.addAll(read(Path.of("/etc/apt"), "sources.list"));
    return texts.stream().flatMap(text -> in(text).stream()).findFirst().orElse(DEFAULT);
  }

  /**
   * The first archive of Debian itself in a source file of either format. Ubuntu's archives, third
   * parties' and security updates are none: a tree cannot be made from them.
   */
  static Optional<String> in(String sources) {
    return sources
        .lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#"))
        .filter(line -> line.startsWith("URIs:") || line.startsWith("deb "))
        .flatMap(line -> Stream.of(line.split("\\s+", -1)))
        .filter(word -> word.startsWith("http://") || word.startsWith("https://"))
        .map(word -> word.replaceAll("/+$", ""))
        .filter(word -> word.endsWith("/debian") && !word.endsWith("/linux/debian"))
        .findFirst();
  }

  private static List<String> read(Path directory, String suffix) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(suffix)).sorted().toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
