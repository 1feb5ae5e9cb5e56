package dev.acceld.image.assembly;

import dev.acceld.image.tree.Command;
import dev.acceld.image.tree.RootTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The Java runtime: what acceld needs of the JDK that runs this builder, put together by jlink. */
final class LinkedRuntime {
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.xml",
          "jdk.httpserver",
          "jdk.management",
          "jdk.net",
          "jdk.unsupported");

  /** Programs and files that jlink adds and nothing here uses. */
  private static final List<String> UNUSED =
      List.of("bin/jwebserver", "bin/keytool", "lib/jexec", "lib/jrt-fs.jar", "lib/classlist");

  private LinkedRuntime() {}

  static void addTo(RootTree root) throws IOException {
    Path jdk = Path.of(System.getProperty("java.home"));
    Path target = root.path(Places.RUNTIME);
    Files.createDirectories(target.getParent());
    Command.run(
        List.of(
            jdk.resolve("bin/jlink").toString(),
            "--add-modules",
            String.join(",", MODULES),
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--compress",
            "zip-0", // the layer is compressed as a whole, which is smaller and starts faster
            "--output",
            target.toString()),
        Map.of(),
        "the JDK in " + jdk + " must be able to link a runtime (Temurin 25 can)");
    for (String file : UNUSED) {
      Files.deleteIfExists(target.resolve(file));
    }
  }
}
