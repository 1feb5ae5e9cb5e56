package dev.acceld.agent.host;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.DefaultStateDir;
import dev.acceld.agent.config.Setting;
import dev.acceld.dra.claim.record.RecordedOrigin;
import dev.acceld.dra.kubelet.DriverDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Claims on this node that were prepared under another driver name, or with another state
 * directory, and that no agent serves any more: by the records in directories where agents keep
 * them, and by CDI files. Only looks.
 */
public final class AbandonedClaims {
  private static final Pattern CDI_FILE = Pattern.compile("(.+)-claim_[^_]+\\.json");

  /** What only our CDI files have; other drivers name theirs alike. */
  private static final String OURS = "ACCELD_DEVICE_";

  private final String driver;
  private final Path stateDir;
  private final Path kubeletDir;
  private final Path cdiDir;

  /** As an agent with these settings sees the node. */
  public AbandonedClaims(AgentConfig config) {
    this.driver = config.driverName();
    this.stateDir = config.stateDir();
    this.kubeletDir = config.kubeletDir();
    this.cdiDir = config.cdiDir();
  }

  /** What is left of one driver. */
  private static final class Left {
    final Set<Path> dirs = new LinkedHashSet<>();
    int records;
    int cdiFiles;

    int claims() {
      return Math.max(records, cdiFiles);
    }
  }

  /**
   * One sentence for each driver of which claims are left, with the remedy.
   *
   * @throws IOException when a directory cannot be looked at
   */
  public List<String> look() throws IOException {
    Map<String, Left> left = new TreeMap<>();
    for (Path dir : stateDirs()) {
      RecordedOrigin origin = RecordedOrigin.read(dir);
      for (String name : origin.drivers()) {
        Left of = left.computeIfAbsent(name, n -> new Left());
        of.dirs.add(dir);
        of.records += origin.records();
      }
    }
    for (Map.Entry<String, Integer> files : cdiFiles().entrySet()) {
      left.computeIfAbsent(files.getKey(), n -> new Left()).cdiFiles = files.getValue();
    }
    List<String> sentences = new ArrayList<>();
    left.forEach((name, of) -> {
      if (name.equals(driver)) {
        sentences.add(elsewhere(of));
      } else if (!DriverDirectory.isServed(kubeletDir, name)) {
        sentences.add(abandoned(name, of));
      }
    });
    return sentences;
  }

  private String abandoned(String name, Left of) {
    return (of.claims() == 1 ? "a claim" : of.claims() + " claims")
        + " of driver "
        + name
        + (of.claims() == 1 ? " is" : " are")
        + " prepared on this node, and no agent serves that driver: pods with "
        + (of.claims() == 1 ? "it" : "them")
        + " cannot end, and the devices may be allocated to other pods. Run an agent with"
        + " --driver-name "
        + name
        + (of.dirs.size() == 1
            ? " and --state-dir " + of.dirs.iterator().next()
            : " and its former state directory")
        + " until those pods are deleted; if there is no such pod anymore, remove "
        + of.dirs.stream().map(dir -> dir.resolve("claims") + " and ").collect(Collectors.joining())
        + cdiDir.resolve(name + "-claim_*.json");
  }

  /** Of our own driver, where this agent does not look. */
  private String elsewhere(Left of) {
    String dirs = of.dirs.stream().map(Path::toString).collect(Collectors.joining(" and "));
    return (of.records == 1 ? "a claim" : of.records + " claims")
        + " of driver "
        + driver
        + (of.records == 1 ? " is" : " are")
        + " recorded in "
        + dirs
        + ", and this agent's state directory is "
        + stateDir
        + ": pods with "
        + (of.records == 1 ? "it" : "them")
        + " keep their devices, and other pods may get the same devices. Run the agent with"
        + " --state-dir "
        + of.dirs.iterator().next()
        + " until those pods are deleted; if there is no such pod anymore, remove the directory"
        + " claims in it";
  }

  /** Where an agent of this node may have kept its records, but for our own directory. */
  private Set<Path> stateDirs() throws IOException {
    Path parent = stateDir.getParent();
    Path above = parent != null && parent.endsWith("drivers") ? parent.getParent() : null;
    Set<Path> roots = new LinkedHashSet<>();
    roots.add(above == null ? stateDir : above);
    if (kubeletDir.toString().equals(Setting.KUBELET_DIR.fallback().orElse(""))) {
      roots.add(DefaultStateDir.BASE); // of the kubelet that all have who say nothing else
    }
    Set<Path> dirs = new LinkedHashSet<>(roots);
    for (Path root : roots) {
      dirs.addAll(list(root.resolve("drivers")));
    }
    for (Path plugin : list(kubeletDir.resolve("plugins"))) {
      dirs.add(plugin.resolve("state")); // where the chart has it
    }
    dirs.remove(stateDir);
    return dirs;
  }

  private static List<Path> list(Path dir) throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      files.forEach(all::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    return all;
  }

  /** How many files other drivers of acceld have in the CDI directory, by driver. */
  private Map<String, Integer> cdiFiles() throws IOException {
    Map<String, Integer> count = new TreeMap<>();
    for (Path file : list(cdiDir)) {
      Matcher name = CDI_FILE.matcher(String.valueOf(file.getFileName()));
      if (name.matches() && !name.group(1).equals(driver) && isOurs(file)) {
        count.merge(name.group(1), 1, Integer::sum);
      }
    }
    return count;
  }

  private static boolean isOurs(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
          .contains(OURS);
    } catch (NoSuchFileException e) {
      return false; // it has just been given back
    }
  }
}
