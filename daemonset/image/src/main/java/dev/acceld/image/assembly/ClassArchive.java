package dev.acceld.image.assembly;

import dev.acceld.image.ImageException;
import dev.acceld.image.tree.Command;
import dev.acceld.image.tree.RootTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The class archive (CDS): the classes of the real start path, parsed and laid out beforehand. It
 * is made by the image's own runtime inside the image's own root, because it remembers where the
 * runtime and the jars are. Made from the same list and the same files it is the same, byte for
 * byte, as long as no collection drops a soft reference meanwhile: when it does is a matter of the
 * clock, and what the JDK then makes anew lies elsewhere. An AOT cache is never the same twice, and
 * takes no less CPU time to start.
 */
final class ClassArchive {
  private static final String LIST = "/tmp/classes.lst";
  private static final long DAY_MILLIS = 86_400_000;
  private static final String NEEDS =
      "this step runs inside the image's root, which needs root or a kernel with unprivileged user"
          + " namespaces (sysctl user.max_user_namespaces)";

  private ClassArchive() {}

  /**
   * Makes it from a list of classes, and starts the image's own launcher to see that it is taken.
   *
   * @throws ImageException it cannot be made, or is refused by the runtime that is to use it
   */
  static void addTo(RootTree root, List<String> classes) throws IOException {
    Files.write(root.path(LIST), classes);
    try {
      run(
          root,
          Map.of(),
          Places.RUNTIME + "/bin/java",
          "@" + Places.OPTIONS,
          "-Xmx512m",
          "-Xms512m",
          "-Xmn384m",
          "-XX:MetaspaceSize=256m",
          "-XX:SoftRefLRUPolicyMSPerMB=" + DAY_MILLIS,
          "-Xshare:dump",
          "-XX:SharedClassListFile=" + LIST,
          "-XX:SharedArchiveFile=" + Places.CLASS_ARCHIVE,
          "-Xlog:cds*=error,aot*=error",
          "-cp",
          Places.MAIN_JAR);
    } finally {
      Files.delete(root.path(LIST));
    }
    String version =
        run(root, Map.of("ACCELD_JAVA_OPTS", "-Xshare:on"), Places.LAUNCHER, "--version");
    if (!version.startsWith("acceld ")) {
      throw new ImageException("the image does not start: " + version);
    }
  }

  private static String run(RootTree root, Map<String, String> environment, String... command) {
    // Nothing else of the builder's environment: JDK_JAVA_OPTIONS would change the archive.
    List<String> entered = new ArrayList<>(List.of("env", "-i", "PATH=" + System.getenv("PATH")));
    // Without /proc the loader cannot tell where the program is, and so not what $ORIGIN means.
    entered.add("LD_LIBRARY_PATH=" + Places.RUNTIME + "/lib");
    environment.forEach((name, value) -> entered.add(name + "=" + value));
    boolean privileged = System.getProperty("user.name", "").equals("root");
    entered.addAll(
        privileged
            ? List.of("chroot", root.directory().toString())
            : List.of("unshare", "--map-root-user", "--root=" + root.directory()));
    entered.addAll(List.of(command));
    return Command.run(entered, Map.of(), NEEDS);
  }
}
