package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import dev.acceld.image.ImageException;
import dev.acceld.image.tree.RootTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The agent as its module assembled it: other people's jars, its own, JNA's native part. */
final class AgentFiles {
  private static final Set<String> OURS =
      Set.of("agent", "dra-plugin", "device-probes", "native-stubs");
  private static final Pattern VERSION = Pattern.compile("-\\d.*");

  private final Path module;
  private final List<Path> jars;

  /**
   * From {@code agent}, the module's directory.
   *
   * @throws ImageException it is not built
   */
  AgentFiles(Path module) throws IOException {
    this.module = module;
    Path libraries = libraries(module);
    if (!Files.exists(libraries.resolve("agent.jar"))) {
      throw new ImageException(
          libraries + " contains no agent.jar; build the agent first (without -Dexec.skip)");
    }
    try (Stream<Path> files = Files.list(libraries)) {
      this.jars = files.sorted().toList();
    }
  }

  /** Where the agent's module puts what it runs with. */
  static Path libraries(Path module) {
    return module.resolve("target/dist/lib");
  }

  /** The jars that go in. */
  List<Path> shipped() {
    return jars.stream().filter(jar -> !LeftOut.ARTIFACTS.contains(artifact(jar))).toList();
  }

  /**
   * The jars that do not.
   *
   * @throws ImageException there is none for a name on the list of those left out
   */
  List<Path> leftOut() {
    List<Path> found =
        jars.stream().filter(jar -> LeftOut.ARTIFACTS.contains(artifact(jar))).toList();
    Set<String> unknown = new TreeSet<>(LeftOut.ARTIFACTS);
    unknown.removeAll(found.stream().map(AgentFiles::artifact).collect(Collectors.toSet()));
    if (!unknown.isEmpty()) {
      throw new ImageException(
          "the agent no longer has "
              + String.join(", ", unknown)
              + "; remove it from the list in LeftOut");
    }
    return found;
  }

  /** By Maven's file name, with what was done to it; empty for one that is as it was published. */
  SortedMap<String, String> published(String version) {
    SortedMap<String, String> names = new TreeMap<>();
    for (Path jar : shipped()) {
      String name = jar.getFileName().toString();
      names.put(
          name.equals("agent.jar") ? "agent-" + version + ".jar" : name,
          TrimmedJar.isTrimmed(artifact(jar)) ? TrimmedJar.NOTE : "");
    }
    return names;
  }

  /** Other people's jars, and the native part of JNA. */
  void addLibrariesTo(RootTree root, Architecture architecture) throws IOException {
    LeftOut.check(shipped(), leftOut());
    add(root, jar -> !OURS.contains(artifact(jar)));
    String directory = architecture == Architecture.AMD64 ? "linux-x86-64" : "linux-aarch64";
    Path library =
        module.resolve("target/jna/com/sun/jna").resolve(directory).resolve("libjnidispatch.so");
    if (!Files.exists(library)) {
      throw new ImageException(library + " is missing; build the agent first");
    }
    root.addFile(Places.NATIVE + "/" + library.getFileName(), library);
  }

  /** Our own, and the options that go with them. */
  void addOwnTo(RootTree root) throws IOException {
    add(root, jar -> OURS.contains(artifact(jar)));
    root.addFile(Places.OPTIONS, module.resolve("src/main/dist/jvm.options"));
  }

  private void add(RootTree root, Predicate<Path> which) throws IOException {
    for (Path jar : shipped()) {
      if (which.test(jar)) {
        String place = Places.LIBRARIES + "/" + jar.getFileName();
        if (TrimmedJar.isTrimmed(artifact(jar))) {
          byte[] content = TrimmedJar.of(jar, root.time());
          root.addFile(place, new ByteArrayInputStream(content), false);
        } else {
          root.addFile(place, jar);
        }
      }
    }
  }

  /** {@code grpc-core} of {@code grpc-core-1.82.2.jar}. */
  static String artifact(Path jar) {
    String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
    return VERSION.matcher(name).replaceFirst("");
  }
}
