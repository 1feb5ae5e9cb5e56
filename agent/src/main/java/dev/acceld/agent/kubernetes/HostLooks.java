package dev.acceld.agent.kubernetes;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.host.AbandonedClaims;
import dev.acceld.agent.http.Condition;
import dev.acceld.steady.Lookout;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What readiness says of directories of the host. A mount that hangs must not make readiness hang,
 * so they are looked at by threads of their own, and what does not come back is not known.
 */
final class HostLooks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostLooks.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration CLAIMS_EVERY = Duration.ofMinutes(1);

  private final Path cdiDir;
  private final Path kubeletDir;
  private final Lookout<String> cdi;
  private final Lookout<Boolean> kubelet;
  private final Lookout<String> otherClaims;
  private String told = ""; // by the thread that looks at claims

  /** Of the directories of an agent with these settings. */
  static HostLooks of(AgentConfig config) {
    AbandonedClaims claims = new AbandonedClaims(config);
    return new HostLooks(config.cdiDir(), config.kubeletDir(), claims::look);
  }

  /** A look at claims that nobody serves: a sentence for each driver. */
  interface ClaimsLook {
    List<String> look() throws IOException;
  }

  HostLooks(Path cdiDir, Path kubeletDir, ClaimsLook claims) {
    this.cdiDir = cdiDir;
    this.kubeletDir = kubeletDir;
    cdi = new Lookout<>("the check of the CDI directory", EVERY, () -> cdiTrouble(cdiDir));
    kubelet =
        new Lookout<>(
            "the check of the kubelet's directory",
            EVERY,
            () -> Files.exists(kubeletDir.resolve("pod-resources").resolve("kubelet.sock")));
    otherClaims =
        new Lookout<>(
            "the check for claims of other drivers", CLAIMS_EVERY, () -> otherClaims(claims));
  }

  /** Begins to look. */
  void start() {
    cdi.start();
    kubelet.start();
    otherClaims.start();
  }

  private static String cdiTrouble(Path dir) {
    return !Files.isDirectory(dir)
        ? "there is no directory " + dir
        : Files.isWritable(dir) ? "" : dir + " cannot be written";
  }

  private String otherClaims(ClaimsLook claims) {
    String now;
    try {
      now = String.join("; ", claims.look());
    } catch (IOException e) {
      now = "the check for claims of other driver names failed: " + ErrorText.of(e);
    }
    if (!now.isEmpty() && !now.equals(told)) {
      log.warn("{}", now);
    }
    told = now;
    return now;
  }

  /** Only while there is something to say. */
  Optional<Condition> otherClaims() {
    String now =
        otherClaims
            .seen()
            .orElseGet(() -> notKnown("whether claims of another driver name are left"));
    return now.isEmpty()
        ? Optional.empty()
        : Optional.of(Condition.advisory("other-claims", false, now));
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
                + " read-write; otherwise set --cdi-dir to a directory that the container runtime"
                + " reads");
  }

  /**
   * Why no kubelet has called yet. A kubelet makes its own socket when it starts; without it none
   * has run with that directory.
   */
  String waiting() {
    Optional<Boolean> ran = kubelet.seen();
    if (ran.isEmpty()) {
      return "the kubelet has not called yet; "
          + notKnown("whether a kubelet has run with the root directory " + kubeletDir);
    }
    return ran.get()
        ? "the kubelet has not called yet; check that it is running and that --kubelet-dir ("
            + kubeletDir
            + ") is its --root-dir"
        : "no kubelet has run with the root directory "
            + kubeletDir
            + " (there is no pod-resources/kubelet.sock in it): set --kubelet-dir to the kubelet's"
            + " --root-dir";
  }

  private static String notKnown(String what) {
    return what
        + " is not known: the check has not returned for "
        + Lookout.IN_TIME.toSeconds()
        + " s; check why the disk or the mount does not respond";
  }

  @Override
  public void close() {
    cdi.close();
    kubelet.close();
    otherClaims.close();
  }
}
