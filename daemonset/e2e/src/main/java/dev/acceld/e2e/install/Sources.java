package dev.acceld.e2e.install;

import dev.acceld.e2e.components.NotPossibleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where chart, examples and image are: in the source tree these tests are of. */
public final class Sources {
  private Sources() {}

  /** The top of the source tree. */
  public static Path root() {
    String named = System.getProperty("acceld.root", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    return Stream.iterate(
            Path.of("").toAbsolutePath(), path -> path != null, path -> path.getParent())
        .filter(path -> Files.isDirectory(path.resolve("daemonset/chart")))
        .findFirst()
        .orElseThrow(() -> new NotPossibleException("run this command in acceld's source tree"));
  }

  /** The chart. */
  public static Path chart() {
    return root().resolve("daemonset/chart/acceld");
  }

  /** An example by its file name. */
  public static Path example(String name) {
    return root().resolve("daemonset/examples").resolve(name);
  }

  /** All examples' file names. */
  public static List<String> examples() {
    try (Stream<Path> files = Files.list(root().resolve("daemonset/examples"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The image archive: {@code acceld.e2e.image}, else what the build of this tree made. */
  public static Path image() {
    String named = System.getProperty("acceld.e2e.image", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    String architecture =
        System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64")
            ? "arm64"
            : "amd64";
    Path images = root().resolve("daemonset/image/target/images");
    return archive(images, "-linux-" + architecture + ".docker.tar")
        .orElseThrow(() ->
            new NotPossibleException(
                "there is no image in "
                    + images
                    + ": build it (./mvnw -Pimage -DskipTests package), or set one with"
                    + " -Dacceld.e2e.image=FILE"));
  }

  private static Optional<Path> archive(Path images, String suffix) {
    if (!Files.isDirectory(images)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(images)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
