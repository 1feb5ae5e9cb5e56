package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whether two files in the CDI directory define the same device of ours: a runtime resolves it from
 * neither, and containers with it do not start (CDI specification, conflicts of equal priority).
 */
final class CdiFilesCheck implements Check {
  private static final long LARGEST = 16L << 20;
  private static final int NAMED = 3;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final Path cdiDir;
  private final String vendor;

  /**
   * @param vendor the vendor of our devices' names, which is the driver's name
   */
  CdiFilesCheck(Path cdiDir, String vendor) {
    this.cdiDir = cdiDir;
    this.vendor = vendor;
  }

  @Override
  public String name() {
    return "CDI files";
  }

  @Override
  public List<Finding> look() throws IOException {
    Map<String, Set<String>> filesOf = new TreeMap<>();
    List<String> unread = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> all = Files.list(cdiDir)) {
      files = all.filter(f -> f.getFileName().toString().matches(".*\\.(json|ya?ml)")).toList();
    } catch (NoSuchFileException e) {
      return List.of(Finding.ok(name(), cdiDir + " does not exist yet"));
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      try {
        devices(file).forEach(d -> filesOf.computeIfAbsent(d, x -> new TreeSet<>()).add(name));
      } catch (NoSuchFileException e) {
        continue; // a claim has just been unprepared
      } catch (IOException e) {
        unread.add(name);
      }
    }
    List<Finding> found = new ArrayList<>();
    Map<String, Set<String>> twice = new TreeMap<>();
    filesOf.forEach((device, names) -> {
      if (names.size() > 1) {
        twice.put(device, names);
      }
    });
    if (!twice.isEmpty()) {
      String some =
          String.join(
              "; ",
              twice.entrySet().stream()
                  .limit(NAMED)
                  .map(e -> e.getKey() + " in " + String.join(" and ", e.getValue()))
                  .toList());
      found.add(
          Finding.fail(
              name(),
              twice.size()
                  + (twice.size() == 1 ? " device is" : " devices are")
                  + " defined twice in "
                  + cdiDir
                  + ", so the runtime finds neither: "
                  + some,
              "remove the file that acceld did not write (acceld's files have the claim's UID in"
                  + " their name)"));
    }
    if (!unread.isEmpty()) {
      found.add(
          Finding.warn(
              name(),
              "unknown: these files in " + cdiDir + " cannot be read: " + String.join(", ", unread),
              "fix or remove them; their devices may be defined twice"));
    }
    return found.isEmpty()
        ? List.of(
            Finding.ok(name(), filesOf.size() + " devices of " + vendor + ", each defined once"))
        : found;
  }

  private Set<String> devices(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException("too large");
    }
    return devices(Files.readAllBytes(file), file.toString().endsWith(".json"), vendor);
  }

  /** The devices of a vendor in a file, {@code acceld.dev/claim=NAME}. */
  static Set<String> devices(byte[] file, boolean json, String vendor) throws IOException {
    JsonNode spec = (json ? JSON : YAML).readTree(file);
    Set<String> devices = new TreeSet<>();
    String kind = spec.path("kind").asText();
    if (kind.startsWith(vendor + "/")) {
      spec.path("devices").forEach(d -> devices.add(kind + "=" + d.path("name").asText()));
    }
    return devices;
  }
}
