package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import dev.acceld.image.ImageException;
import dev.acceld.image.debian.DebPackage;
import dev.acceld.image.debian.Downloads;
import dev.acceld.image.debian.Pin;
import dev.acceld.image.tree.RootTree;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The lowest layer: glibc and the few libraries that the Java runtime and a vendor's library need,
 * the files that glibc reads, and where they all come from, in the places where scanners look.
 */
final class BaseFiles {
  /** Of each package the libraries that are needed, without their directory. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          "libc6",
          List.of(
              "libc.so.6",
              "libdl.so.2",
              "libm.so.6",
              "libpthread.so.0",
              "libresolv.so.2",
              "librt.so.1"),
          // glibc opens it when a thread is cancelled, which a vendor's library may do
          "libgcc-s1",
          List.of("libgcc_s.so.1"),
          "libstdc++6",
          List.of("libstdc++.so.6"),
          "zlib1g",
          List.of("libz.so.1"));

  private final Architecture architecture;
  private final Downloads downloads;

  BaseFiles(Architecture architecture, Downloads downloads) {
    this.architecture = architecture;
    this.downloads = downloads;
  }

  /** Whether a pinned package belongs in this layer. */
  static boolean wants(Pin pin) {
    return LIBRARIES.containsKey(pin.name());
  }

  /** Adds them all. */
  void addTo(RootTree root, List<Pin> pins) throws IOException {
    for (String directory : List.of("dev", "etc", "proc", "run", "sys", "tmp", "usr/bin", "var")) {
      root.addDirectory(directory);
    }
    root.addLink("/lib", "usr/lib");
    root.addLink("/lib64", "usr/lib64");
    root.addDirectory("usr/lib64");
    root.addText("/etc/passwd", "root:x:0:0:root:/:/nonexistent\n");
    root.addText("/etc/group", "root:x:0:\n");
    root.addText("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
    root.addText(
        "/etc/os-release",
        """
        PRETTY_NAME="acceld on Debian GNU/Linux 13 (trixie) libraries"
        NAME="Debian GNU/Linux"
        ID=debian
        VERSION_ID="13"
        VERSION_CODENAME=trixie
        """);
    for (Pin pin : pins) {
      addPackage(root, pin);
    }
    if (architecture == Architecture.AMD64) {
      root.addLink(
          "/usr/lib64/" + architecture.loader(),
          "../lib/" + architecture.libraryDirectory() + "/" + architecture.loader());
    } else {
      root.addLink(
          "/usr/lib/" + architecture.loader(),
          architecture.libraryDirectory() + "/" + architecture.loader());
    }
  }

  private void addPackage(RootTree root, Pin pin) throws IOException {
    DebPackage content = new DebPackage(downloads.fetch(pin));
    Set<String> missing = new TreeSet<>(LIBRARIES.getOrDefault(pin.name(), List.of()));
    if (pin.name().equals("libc6")) {
      missing.add(architecture.loader());
    }
    String libraries = "usr/lib/" + architecture.libraryDirectory() + "/";
    content.visitData((path, entry, bytes) -> {
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (path.equals("usr/share/doc/" + pin.name() + "/copyright") && entry.isFile()) {
        root.addFile("/" + path, bytes, false);
      } else if (path.startsWith(libraries) && isPartOf(name, missing, pin)) {
        if (entry.isSymbolicLink()) {
          root.addLink("/" + path, entry.getLinkName());
        } else {
          root.addFile("/" + path, bytes, name.equals(architecture.loader()));
        }
        missing.remove(name);
      }
    });
    if (!missing.isEmpty()) {
      throw new ImageException(pin.title() + " has no " + String.join(", ", missing));
    }
    root.addText("/var/lib/dpkg/status.d/" + pin.name(), content.control());
  }

  /** {@code libz.so.1}, and {@code libz.so.1.3.1} that it is a link to. */
  private static boolean isPartOf(String name, Set<String> missing, Pin pin) {
    return missing.contains(name)
        || LIBRARIES.getOrDefault(pin.name(), List.of()).stream()
            .anyMatch(library -> name.startsWith(library + "."));
  }
}
