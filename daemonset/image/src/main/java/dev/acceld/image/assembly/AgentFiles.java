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
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The agent as its module assembled it: other people's jars, its own, JNA's native part. */
final class AgentFiles {
  private static final Set<String> OURS =
      Set.of("agent", "dra-plugin", "kubelet-api", "device-probes", "libtpu-api", "hardware");
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

  /** By Maven's file name, with what was done to it; empty for one that is as it was published. */
  SortedMap<String, String> published(String version) {
    SortedMap<String, String> names = new TreeMap<>();
    for (Path jar : jars) {
      String name = jar.getFileName().toString();
      names.put(
          name.equals("agent.jar") ? "agent-" + version + ".jar" : name,
          TrimmedJar.isTrimmed(artifact(jar)) ? TrimmedJar.NOTE : "");
    }
    return names;
  }

  /** Other people's jars, and the native part of JNA. */
  void addLibrariesTo(RootTree root, Architecture architecture) throws IOException {
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
    for (Path jar : jars) {
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
