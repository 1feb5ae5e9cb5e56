package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import dev.acceld.image.ImageException;
import dev.acceld.image.debian.DebPackage;
import dev.acceld.image.debian.Downloads;
import dev.acceld.image.debian.Pin;
import dev.acceld.image.tree.RootTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Java runtime of a processor that this machine's JDK is not for: Debian's, where Debian puts
 * it, without the parts for screens, sound, debuggers and other sizes of heap.
 */
final class PackagedRuntime {
  /** The package. */
  static final String PACKAGE = "openjdk-25-jre-headless";

  private static final Pattern UNUSED =
      Pattern.compile(
          "bin/(?!java$).*|man/.*|docs|src.zip|lib/(jexec|jrt-fs.jar|classlist|psfont.*|security/cacerts)"
              + "|lib/lib(awt|awt_headless|mlib_image|javajpeg|lcms|fontmanager|jsound|jdwp|dt_socket|saproc"
              + "|instrument|j2pcsc|j2pkcs11|sctp|attach|rmi|prefs).so|lib/server/classes(_nocoops|_nocoops_coh|)\\.jsa");

  private PackagedRuntime() {}

  static void addTo(RootTree root, Architecture architecture, List<Pin> pins, Downloads downloads)
      throws IOException {
    Pin pin =
        pins.stream()
            .filter(one -> one.name().equals(PACKAGE))
            .findFirst()
            .orElseThrow(() -> new ImageException("pins: no " + PACKAGE + " for " + architecture));
    DebPackage content = new DebPackage(downloads.fetch(pin));
    String home = "usr/lib/jvm/java-25-openjdk-" + architecture.debianName() + "/";
    Set<String> kept = Set.of("usr/share/doc/" + PACKAGE + "/copyright");
    content.visitData((path, entry, bytes) -> {
      boolean wanted =
          path.startsWith(home) && !UNUSED.matcher(path.substring(home.length())).matches()
              || path.startsWith("etc/java-25-openjdk/")
              || kept.contains(path);
      if (!wanted || entry.isDirectory()) {
        return;
      }
      if (entry.isSymbolicLink()) {
        root.addLink("/" + path, entry.getLinkName());
      } else {
        root.addFile("/" + path, bytes, (entry.getMode() & 0100) != 0);
      }
    });
    root.addText("/var/lib/dpkg/status.d/" + PACKAGE, content.control());
    root.addLink(Places.RUNTIME, "../../" + home.substring(0, home.length() - 1));
    if (!Files.exists(root.path("/" + home + "lib/server/libjvm.so"))) {
      throw new ImageException(pin.title() + " has no " + home + "lib/server/libjvm.so");
    }
  }
}
