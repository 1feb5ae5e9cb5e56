package dev.acceld.image.debian;

import dev.acceld.image.ImageException;
import dev.acceld.image.oci.Digest;
import dev.acceld.image.tree.Command;
import dev.acceld.tools.DebianMirrors;
import dev.acceld.tools.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The list of all packages of a suite, as its signed release file vouches for it. */
final class PackageList {
  private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

  private final DebianMirrors mirrors;
  private final Transfer transfer;
  private final PrintStream out;

  PackageList(DebianMirrors mirrors, Transfer transfer, PrintStream out) {
    this.mirrors = mirrors;
    this.transfer = transfer;
    this.out = out;
  }

  /** Its packages for a processor. */
  List<Pin> of(Suite suite, String architecture) throws IOException {
    Path scratch = Files.createTempDirectory("acceld-packages");
    try {
      String base = mirrors.current(suite.archive()) + suite.directory();
      Path release = fetch(base + "InRelease", scratch.resolve("InRelease"));
      checkSignature(release);
      String name = "main/binary-" + architecture + "/Packages.xz";
      Path packages = fetch(base + name, scratch.resolve("Packages.xz"));
      String wanted = digest(Files.readAllLines(release), name);
      if (!wanted.equals(Digest.ofFile(packages))) {
        throw new ImageException(
            base
                + name
                + " does not match its release file; the mirror is being updated, try later");
      }
      try (Reader text =
          new InputStreamReader(
              new XZCompressorInputStream(Files.newInputStream(packages)),
              StandardCharsets.UTF_8)) {
        return parse(text, suite.archive(), architecture);
      }
    } finally {
      try (Stream<Path> files = Files.list(scratch)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(scratch);
    }
  }

  private Path fetch(String address, Path file) {
    try {
      transfer.fetch(address, file);
      return file;
    } catch (IOException e) {
      throw new ImageException(
          address + ": " + e.getMessage() + "; set another mirror with -Dimage.mirror=URL", e);
    }
  }

  private void checkSignature(Path release) {
    if (!Files.exists(KEYRING) || !Run.exists("gpgv")) {
      out.println(
          "warning: Debian's signature is not checked; that needs gpgv and "
              + KEYRING
              + " (packages gpgv and debian-archive-keyring)");
      return;
    }
    Command.run(
        List.of("gpgv", "--quiet", "--keyring", KEYRING.toString(), release.toString()),
        Map.of(),
        "Debian has not signed this release file; do not use this mirror");
  }

  /** SHA-256 of a file, as a release file has it: digest, size, name in a line of SHA256. */
  static String digest(List<String> release, String name) {
    boolean within = false;
    for (String line : release) {
      if (!line.startsWith(" ")) {
        within = line.startsWith("SHA256:");
      } else if (within && line.endsWith(" " + name)) {
        return line.strip().split("\\s+")[0];
      }
    }
    throw new ImageException("the release file has no " + name);
  }

  /** Paragraphs of {@code Field: value} lines, an empty line between two packages. */
  static List<Pin> parse(Reader text, String archive, String architecture) throws IOException {
    List<Pin> pins = new ArrayList<>();
    Map<String, String> fields = new HashMap<>();
    BufferedReader lines = new BufferedReader(text);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int colon = line.indexOf(':');
      if (line.isEmpty()) {
        add(pins, fields, archive, architecture);
      } else if (!line.startsWith(" ") && colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    add(pins, fields, archive, architecture);
    return pins;
  }

  private static void add(
      List<Pin> pins, Map<String, String> fields, String archive, String architecture) {
    String name = fields.get("Package");
    String version = fields.get("Version");
    String file = fields.get("Filename");
    String sha256 = fields.get("SHA256");
    if (name != null && version != null && file != null && sha256 != null) {
      pins.add(new Pin(name, version, architecture, archive, file, sha256));
    }
    fields.clear();
  }
}
