package dev.acceld.probe.nvidia.driver;

import dev.acceld.device.access.DriverCapability;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the files of one version of the driver below its root. Some 2,000 names are looked at, a
 * few milliseconds.
 */
final class DriverSearch {
  private final DriverRoot root;
  private final String version;
  private final DriverFiles.Watch watch = new DriverFiles.Watch();
  private final List<DriverFile> found = new ArrayList<>();

  private DriverSearch(DriverRoot root, String version) {
    this.root = root;
    this.version = version;
  }

  /** Empty when no directory has a library of that version. */
  static Optional<DriverFiles> find(DriverRoot root, String version) {
    return new DriverSearch(root, version).find();
  }

  private Optional<DriverFiles> find() {
    for (String directory : NvmlFiles.directories()) {
      String at = directory.isEmpty() ? "" : "/" + directory;
      watch.on(root.seenPath(at + "/"));
      if (root.files().exists(at + "/libcuda.so." + version)
          || root.files().exists(at + "/libnvidia-ml.so." + version)) {
        libraries(at);
        Catalogue.SUBDIRECTORIES.forEach(sub -> libraries(at + "/" + sub));
        programs(at);
        settings();
        firmware();
        // A file that goes away changes the directory that it is in, wherever links lead.
        found.forEach(file -> watch.on(parent(file.source())));
        return Optional.of(
            new DriverFiles(
                version, at.isEmpty() ? "/" : at, found, watch.seen(), watch.settled()));
      }
    }
    return Optional.empty();
  }

  private Path parent(String path) {
    return root.seenPath(path.substring(0, path.lastIndexOf('/') + 1));
  }

  private void libraries(String directory) {
    watch.on(root.seenPath(directory + "/"));
    List<String> names = root.files().names(directory + "/");
    Map<String, List<DriverFile.Link>> links = new HashMap<>();
    for (String name : names) {
      String path = directory + "/" + name;
      // There may be thousands of others.
      if (name.contains(".so") && (name.contains("nv") || name.contains("cuda"))) {
        root.files()
            .link(path)
            .ifPresent(target ->
                root.real(path)
                    .ifPresent(real ->
                        links
                            .computeIfAbsent(real, r -> new ArrayList<>())
                            .add(new DriverFile.Link(path, target))));
      }
    }
    for (String name : names) {
      String path = directory + "/" + name;
      Optional<Set<DriverCapability>> parts = Catalogue.parts(name, version);
      Optional<String> real = parts.isEmpty() ? Optional.empty() : root.real(path);
      if (real.isPresent() && (!linked(path) || !in(directory, real.get()))) {
        List<DriverFile.Link> others =
            links.getOrDefault(real.get(), List.of()).stream()
                .filter(l -> !l.path().equals(path))
                .toList();
        found.add(new DriverFile(path, real.get(), parts.get(), others));
      }
    }
  }

  private static boolean in(String directory, String path) {
    return path.lastIndexOf('/') == directory.length() && path.startsWith(directory);
  }

  private boolean linked(String path) {
    return root.files().link(path).isPresent();
  }

  private void programs(String libraries) {
    List<String> directories = new ArrayList<>(Catalogue.PROGRAM_DIRECTORIES);
    // Drivers unpacked into one directory have bin beside lib64 (GKE's COS).
    directories.add(libraries.substring(0, Math.max(0, libraries.lastIndexOf('/'))) + "/bin");
    files(directories, Catalogue.PROGRAMS);
  }

  private void settings() {
    files(Catalogue.SETTING_DIRECTORIES, Catalogue.SETTINGS);
  }

  private void firmware() {
    for (String directory : Catalogue.FIRMWARE_DIRECTORIES) {
      String at = directory + version;
      watch.on(root.seenPath(at));
      boolean any = false;
      for (String name : root.files().names(at)) {
        if (name.startsWith("gsp") && name.endsWith(".bin")) {
          Optional<String> real = root.real(at + "/" + name);
          real.ifPresent(r -> found.add(new DriverFile(at + "/" + name, r, Set.of())));
          any |= real.isPresent();
        }
      }
      if (any) {
        return;
      }
    }
  }

  /** Each name from the first of the directories that has it. */
  private void files(List<String> directories, Map<String, Set<DriverCapability>> wanted) {
    for (Map.Entry<String, Set<DriverCapability>> file : new TreeMap<>(wanted).entrySet()) {
      for (String directory : directories) {
        String path = directory + "/" + file.getKey();
        watch.on(root.seenPath(path.substring(0, path.lastIndexOf('/'))));
        Optional<String> real = root.real(path);
        if (real.isPresent()) {
          found.add(new DriverFile(path, real.get(), file.getValue()));
          break;
        }
      }
    }
  }
}
