package dev.acceld.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A source tree with the real launcher and the real assembly, and an {@code mvnw} that takes the
 * jars which this build has made instead of compiling, so that a rebuild takes a second.
 *
 * <p>Files in the tree steer its {@code mvnw}: {@code broken} makes it fail, {@code edited} has it
 * change a source after it has begun, {@code slow} has it take nine seconds. It adds a line to
 * {@code builds} each time.
 */
final class SourceTree {
  private static final String MVNW =
      """
      #!/usr/bin/env bash
      set -euo pipefail
      cd "$(dirname "$0")"
      echo "$*" >> builds
      started=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
      echo '[INFO] --- compiler:3.16.0:compile (default-compile) @ agent ---'
      if [ -e broken ]; then
        echo "[ERROR] Main.java:[3,4] ';' expected"
        exit 1
      fi
      if [ -e slow ]; then sleep 9; fi
      if [ -e edited ]; then
        sleep 0.1
        touch agent/src/main/java/Main.java
        rm edited
      fi
      bash agent/src/main/dist/assemble.sh .run/agent agent-VERSION "$started" false ''
      bash native-stubs/demo/src/main/dist/assemble.sh .run/demo demo-VERSION
      """;

  private static final List<String> MODULES =
      List.of(
          "native-stubs/hardware",
          "native-stubs/control-plane",
          "device-probes",
          "device-probes/libtpu-api",
          "dra-plugin",
          "dra-plugin/kubelet-api",
          "agent",
          "native-stubs/demo");

  private final Path root;

  /** In an empty directory. */
  SourceTree(Path root) throws IOException {
    this.root = root;
    Path demo = Path.of("").toAbsolutePath();
    Path agent = demo.resolve("../../agent").normalize();
    assertThat(agent.resolve("bin/acceld")).as("runs in the module native-stubs/demo").exists();
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module).resolve("src/main/java"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(source(), "");
    copy(agent.resolve("bin"), root.resolve("agent/bin"));
    copy(agent.resolve("src/main/dist"), root.resolve("agent/src/main/dist"));
    copy(demo.resolve("src/main/dist"), root.resolve("native-stubs/demo/src/main/dist"));
    String version = System.getProperty("acceld.version", "0.1.0");
    copyBuild(agent.resolve("target"), root.resolve(".run/agent"), "agent-" + version + ".jar");
    String natives = "jna/com/sun/jna";
    try (Stream<Path> all = Files.list(agent.resolve("target").resolve(natives))) {
      for (Path one : all.toList()) {
        copy(one, root.resolve(".run/agent").resolve(natives).resolve(one.getFileName()));
      }
    }
    copyBuild(demo.resolve("target"), root.resolve(".run/demo"), "demo-" + version + ".jar");
    Path mvnw = root.resolve("mvnw");
    Files.writeString(mvnw, MVNW.replace("VERSION", version));
    Files.setPosixFilePermissions(mvnw, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** What Maven has made for the scripts: the jar and its libraries. */
  private static void copyBuild(Path from, Path to, String jar) throws IOException {
    copy(from.resolve("lib"), to.resolve("lib"));
    Files.copy(from.resolve(jar), to.resolve(jar));
  }

  Path resolve(String path) {
    return root.resolve(path);
  }

  /** A source file of the agent. */
  Path source() {
    return root.resolve("agent/src/main/java/Main.java");
  }

  /** Makes the source newer than every build so far. */
  void edit() throws Exception {
    TimeUnit.MILLISECONDS.sleep(20); // a file system that counts in ticks of the kernel
    Files.writeString(source(), "changed");
  }

  /** Has the next build find that file. */
  void put(String name) throws IOException {
    Files.writeString(root.resolve(name), "");
  }

  /** How often it was built. */
  int builds() throws IOException {
    Path builds = root.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  /** The builds that are kept. */
  List<Path> kept() throws IOException {
    try (Stream<Path> all = Files.list(root.resolve(".run/dist"))) {
      return all.sorted().toList();
    }
  }

  /** Starts the launcher; what it says goes to that file, both streams. */
  Process start(Path said, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(root.resolve("agent/bin/acceld").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ACCELD_JAVA", System.getProperty("java.home"));
    return builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
  }

  /** Runs the launcher to its end. */
  Said run(String... arguments) throws Exception {
    Path said = Files.createTempFile(root, "said-", ".txt");
    Process process = start(said, arguments);
    return finished(process, said);
  }

  /** Waits for a command that {@link #start} started. */
  static Said finished(Process process, Path said) throws Exception {
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + Files.readString(said));
    }
    return new Said(process.exitValue(), Files.readString(said));
  }

  /**
   * What a command left.
   *
   * @param status its exit status
   * @param text both its streams
   */
  record Said(int status, String text) {}
}
