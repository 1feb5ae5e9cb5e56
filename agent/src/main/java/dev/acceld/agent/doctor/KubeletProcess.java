package dev.acceld.agent.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The kubelet's command line, where its process can be seen: on the node itself, seldom in a pod.
 *
 * @param arguments the command line; empty when no kubelet is to be seen
 */
record KubeletProcess(List<String> arguments) {

  /**
   * The kubelet among the processes; of several (a machine with nodes in containers) the one with
   * that root directory, if there is one.
   */
  static KubeletProcess find(Path proc, Path rootDir) {
    KubeletProcess found = new KubeletProcess(List.of());
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        List<String> arguments = commandLine(process.resolve("cmdline"));
        if (!arguments.isEmpty()
            && arguments.getFirst().matches("(.*/)?kubelet")) { // not a shell around it
          found = new KubeletProcess(arguments);
          if (found.rootDir().equals(rootDir)) {
            return found;
          }
        }
      }
    } catch (IOException e) {
      // No /proc, nothing to be seen.
    }
    return found;
  }

  private static List<String> commandLine(Path file) {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\0")).filter(a -> !a.isEmpty()).toList();
    } catch (IOException e) {
      return List.of(); // it has ended, or is somebody else's
    }
  }

  boolean seen() {
    return !arguments.isEmpty();
  }

  /** The value of a flag in either spelling, the last one as the kubelet takes it. */
  Optional<String> flag(String name) {
    Optional<String> found = Optional.empty();
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--" + name + "=")) {
        found = Optional.of(argument.substring(name.length() + 3));
      } else if (argument.equals("--" + name) && i + 1 < arguments.size()) {
        found = Optional.of(arguments.get(i + 1));
      }
    }
    return found;
  }

  /** Its root directory; the kubelet's own default where no flag says otherwise. */
  Path rootDir() {
    return Path.of(flag("root-dir").orElse("/var/lib/kubelet")).normalize();
  }
}
