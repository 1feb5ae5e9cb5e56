package dev.acceld.probe.nvidia.driver;

import dev.acceld.host.HostFs;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The directory below which the driver's files are. The agent may see it elsewhere than the
 * container runtime does, which opens the paths of a CDI file on the host.
 *
 * @param seen where the agent finds it
 * @param onHost where it is on the host
 */
public record DriverRoot(Path seen, Path onHost) {
  /** As many as the kernel follows (path_resolution(7)). */
  private static final int MOST_LINKS = 40;

  /** One that agent and host see at the same place. */
  public static DriverRoot at(Path root) {
    return new DriverRoot(root, root);
  }

  HostFs files() {
    return new HostFs(seen);
  }

  /** The host's path of a path below the root. */
  String hostPath(String path) {
    return below(onHost, path).toString();
  }

  Path seenPath(String path) {
    return below(seen, path);
  }

  /**
   * The regular file that a path leads to, as a path below the root. Links are followed as if the
   * root were {@code /}: an absolute one must not lead to the agent's own files.
   */
  Optional<String> real(String path) {
    Deque<String> todo = new ArrayDeque<>(names(path));
    Deque<String> done = new ArrayDeque<>();
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.equals("..")) {
        done.pollLast();
        continue;
      }
      done.addLast(name);
      Optional<String> link = files().link(text(done));
      if (link.isPresent()) {
        if (++links > MOST_LINKS) {
          return Optional.empty();
        }
        done.removeLast();
        if (link.get().startsWith("/")) {
          done.clear();
        }
        List<String> names = names(link.get());
        for (int i = names.size() - 1; i >= 0; i--) {
          todo.push(names.get(i));
        }
      }
    }
    String real = text(done);
    return isFile(real) ? Optional.of(real) : Optional.empty();
  }

  /** Whether a regular file, no link, is there. */
  boolean isFile(String path) {
    return Files.isRegularFile(seenPath(path), LinkOption.NOFOLLOW_LINKS);
  }

  private static List<String> names(String path) {
    return List.of(path.split("/", -1)).stream()
        .filter(n -> !n.isEmpty() && !n.equals("."))
        .toList();
  }

  private static String text(Deque<String> names) {
    return "/" + String.join("/", names);
  }

  private static Path below(Path root, String path) {
    return root.resolve(path.substring(1));
  }
}
