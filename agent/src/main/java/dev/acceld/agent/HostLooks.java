package dev.acceld.agent;

import dev.acceld.agent.http.Condition;
import dev.acceld.steady.Lookout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What readiness says of two directories of the host. A mount that hangs must not make readiness
 * hang, so they are looked at by threads of their own, and what does not come back is not known.
 */
final class HostLooks implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Path cdiDir;
  private final Path kubeletDir;
  private final Lookout<String> cdi;
  private final Lookout<Boolean> kubelet;

  HostLooks(Path cdiDir, Path kubeletDir) {
    this.cdiDir = cdiDir;
    this.kubeletDir = kubeletDir;
    cdi = new Lookout<>("the look at the CDI directory", EVERY, () -> cdiTrouble(cdiDir));
    kubelet =
        new Lookout<>(
            "the look at the kubelet's directory",
            EVERY,
            () -> Files.exists(kubeletDir.resolve("pod-resources").resolve("kubelet.sock")));
  }

  /** Begins to look. */
  void start() {
    cdi.start();
    kubelet.start();
  }

  private static String cdiTrouble(Path dir) {
    return !Files.isDirectory(dir)
        ? "there is no directory " + dir
        : Files.isWritable(dir) ? "" : dir + " cannot be written";
  }

  /** Whether CDI files can be written. */
  Condition cdi() {
    Optional<String> trouble = cdi.seen();
    if (trouble.isEmpty()) {
      return Condition.advisory("cdi", false, notKnown("whether " + cdiDir + " is writable"));
    }
    return Condition.advisory(
        "cdi",
        trouble.get().isEmpty(),
        trouble.get().isEmpty()
            ? cdiDir + " is writable"
            : trouble.get()
                + ", so no claim can be prepared: in a pod, mount the host's directory there"
                + " read-write; else choose one that the container runtime reads with --cdi-dir");
  }

  /**
   * Why no kubelet has called yet. A kubelet makes its own socket when it starts; without it none
   * has run with that directory.
   */
  String waiting() {
    Optional<Boolean> ran = kubelet.seen();
    if (ran.isEmpty()) {
      return "the kubelet has not called yet; "
          + notKnown("whether one has run with the root directory " + kubeletDir);
    }
    return ran.get()
        ? "the kubelet has not called yet; is it running, and is --kubelet-dir ("
            + kubeletDir
            + ") its --root-dir?"
        : "no kubelet has run with the root directory "
            + kubeletDir
            + " (there is no pod-resources/kubelet.sock in it): set --kubelet-dir to the kubelet's"
            + " --root-dir";
  }

  private static String notKnown(String what) {
    return what
        + " is not known: a look at it has not come back for "
        + Lookout.IN_TIME.toSeconds()
        + " s; see why the disk or the mount does not answer";
  }

  @Override
  public void close() {
    cdi.close();
    kubelet.close();
  }
}
