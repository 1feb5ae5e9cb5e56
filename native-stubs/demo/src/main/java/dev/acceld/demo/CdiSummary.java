package dev.acceld.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * CDI files in a few lines: what a container gets that has all devices of the files.
 *
 * @param files which
 * @param lines how long they are
 * @param deviceFiles paths of device files
 * @param mounts paths of files and directories of the host
 * @param variables environment variables, {@code NAME=value}
 * @param hooks programs that the runtime starts
 */
record CdiSummary(
    List<Path> files,
    long lines,
    Set<String> deviceFiles,
    Set<String> mounts,
    Set<String> variables,
    Set<String> hooks) {
  private static final int NAMED = 3;

  /** Of the only claim in the directory, with what it shares with others. */
  static CdiSummary ofOnlyClaimIn(Path directory) throws IOException {
    CdiSummary summary = null;
    for (String names : List.of("*-claim_*.json", "*-driver_*.json")) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, names)) {
        for (Path file : files) {
          summary = summary == null ? of(file) : summary.and(of(file));
        }
      }
    }
    if (summary == null) {
      throw new IOException("no CDI file in " + directory);
    }
    return summary;
  }

  private static CdiSummary of(Path file) throws IOException {
    String text = Files.readString(file);
    JsonNode root = new ObjectMapper().readTree(text);
    CdiSummary summary =
        new CdiSummary(
            List.of(file),
            text.lines().count(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>());
    summary.add(root.path("containerEdits"));
    root.path("devices").forEach(device -> summary.add(device.path("containerEdits")));
    return summary;
  }

  private CdiSummary and(CdiSummary other) {
    List<Path> all = new ArrayList<>(files);
    all.addAll(other.files);
    deviceFiles.addAll(other.deviceFiles);
    mounts.addAll(other.mounts);
    variables.addAll(other.variables);
    hooks.addAll(other.hooks);
    return new CdiSummary(all, lines + other.lines, deviceFiles, mounts, variables, hooks);
  }

  private void add(JsonNode edits) {
    edits.path("deviceNodes").forEach(node -> deviceFiles.add(node.path("path").asText()));
    edits.path("mounts").forEach(mount -> mounts.add(mount.path("containerPath").asText()));
    edits.path("env").forEach(variable -> variables.add(variable.asText()));
    edits.path("hooks").forEach(hook -> hooks.add(hook.path("path").asText()));
  }

  /** One line for each kind of thing that there is. */
  List<String> describe() {
    List<String> words = new ArrayList<>();
    all(words, "device files", deviceFiles);
    some(words, "mounts", mounts);
    all(words, "variables", variables);
    some(words, "hooks", hooks);
    return words;
  }

  private static void all(List<String> words, String kind, Set<String> things) {
    if (!things.isEmpty()) {
      words.addAll(Narrator.wrapped("%-13s ".formatted(kind), things));
    }
  }

  private static void some(List<String> words, String kind, Set<String> things) {
    if (things.size() <= NAMED) {
      all(words, kind, things);
      return;
    }
    List<String> named = new ArrayList<>(things.stream().limit(NAMED).toList());
    named.add("and " + (things.size() - NAMED) + " more");
    words.addAll(Narrator.wrapped("%-13s ".formatted(kind), named));
  }
}
