package dev.acceld.agent.host;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.claim.record.RecordedOrigin;
import dev.acceld.machine.MachineTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a state directory to one driver, one node and one machine: what is recorded in it names all
 * three, and an agent with another name would answer for claims that the kubelet does not ask it
 * for. A directory changes hands only while no other agent runs with it and no claim is prepared.
 */
public final class StateOwnership {
  private static final Logger log = LoggerFactory.getLogger(StateOwnership.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 10;

  private final Path stateDir;
  private final Path cdiDir;
  private final StateOwner wanted;

  /**
   * For one agent.
   *
   * @param cdiDir where its CDI files are; one of a former driver tells of a prepared claim, too
   * @param wanted under which names it wants to run
   */
  public StateOwnership(Path stateDir, Path cdiDir, StateOwner wanted) {
    this.stateDir = stateDir;
    this.cdiDir = cdiDir;
    this.wanted = wanted;
  }

  /**
   * Takes the directory, durably, or refuses.
   *
   * @param alive says that this process uses the directory
   * @return the reason for a refusal, one line with the remedy; empty when the directory is ours
   * @throws IOException when it cannot be found out or written; the message names the file
   */
  public Optional<String> take(InstanceLock alive) throws IOException {
    Path file = alive.path().resolveSibling(StateOwner.FILE);
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, file)) {
      Optional<StateOwner> marked = StateOwner.read(stateDir);
      if (lock.isValid() && marked.equals(Optional.of(wanted))) {
        return Optional.empty();
      }
      StateOwner owner = marked.orElseGet(this::unmarked);
      if (!owner.equals(wanted) && alive.others()) {
        return Optional.of(inUse(owner));
      }
      Optional<String> refusal = problem(owner);
      if (refusal.isEmpty()) {
        wanted.write(stateDir);
        marked.ifPresent(o ->
            log.info(
                "{} belonged to {} and now belongs to {}",
                stateDir,
                o.describe(),
                wanted.describe()));
      }
      return refusal;
    } catch (IOException | UncheckedIOException e) {
      throw new IOException(
          "--state-dir " + stateDir + ": its owner cannot be determined: " + e.getMessage(), e);
    }
  }

  /**
   * Why prepared claims keep this agent from using the directory, without a look at other agents;
   * takes nothing.
   *
   * @throws IOException when it cannot be found out
   */
  public Optional<String> problem() throws IOException {
    try {
      return problem(StateOwner.read(stateDir).orElseGet(this::unmarked));
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Optional<String> problem(StateOwner owner) throws IOException {
    if (owner.equals(wanted)) {
      return Optional.empty();
    }
    int prepared =
        Math.max(
            RecordedOrigin.read(stateDir).records(),
            new CdiDirectory(cdiDir).list(owner.driver() + "-claim_").size());
    return prepared == 0 ? Optional.empty() : Optional.of(prepared(owner, prepared));
  }

  /** A directory of an older agent is ours in all that its content does not deny. */
  private StateOwner unmarked() {
    try {
      RecordedOrigin records = RecordedOrigin.read(stateDir);
      return new StateOwner(
          other(records.drivers(), wanted.driver()),
          other(records.pools(), wanted.node()),
          machineThere());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tree is left behind by a trial, too; so it tells nothing to who wants real hardware. */
  private String machineThere() {
    Path tree = AgentConfig.machineRoot(stateDir);
    return wanted.machine().isEmpty() || !Files.exists(tree)
        ? wanted.machine()
        : MachineTree.open(tree).description().name();
  }

  private static String other(Set<String> recorded, String wanted) {
    return recorded.contains(wanted)
        ? wanted
        : recorded.stream().sorted().findFirst().orElse(wanted);
  }

  private String inUse(StateOwner owner) {
    return belongs(owner)
        + ", and another agent uses it; start this agent as "
        + difference(owner, wanted)
        + " with its own directory (--state-dir)";
  }

  private String prepared(StateOwner owner, int claims) {
    return belongs(owner)
        + ", and "
        + (claims == 1 ? "a claim is" : claims + " claims are")
        + " prepared for it; "
        + difference(owner, wanted)
        + " cannot serve or unprepare "
        + (claims == 1 ? "that claim" : "these claims")
        + ". Run the agent with "
        + flags(owner)
        + " until the pods that use "
        + (claims == 1 ? "it" : "them")
        + " are deleted ('acceld claims' names them), or start this one with its own directory"
        + " (--state-dir)";
  }

  private String belongs(StateOwner owner) {
    return "--state-dir " + stateDir + " belongs to " + difference(wanted, owner);
  }

  /** Those names of the second that the first does not have. */
  private static String difference(StateOwner from, StateOwner to) {
    StringBuilder words = new StringBuilder();
    add(words, from.driver(), to.driver(), "driver " + to.driver());
    add(words, from.node(), to.node(), "node " + to.node());
    add(words, from.machine(), to.machine(), to.machineWords());
    return words.toString();
  }

  private String flags(StateOwner owner) {
    StringBuilder words = new StringBuilder();
    add(words, wanted.driver(), owner.driver(), "--driver-name " + owner.driver());
    add(words, wanted.node(), owner.node(), "--node-name " + owner.node());
    add(
        words,
        wanted.machine(),
        owner.machine(),
        owner.machine().isEmpty() ? "no --machine" : "--machine " + owner.machine());
    return words.toString();
  }

  private static void add(StringBuilder words, String from, String to, String word) {
    if (!from.equals(to)) {
      words.append(words.isEmpty() ? "" : " and ").append(word);
    }
  }

  private static FileLock lock(FileChannel channel, Path file) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // another agent of this very process
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            file + " has been locked by another process for " + PATIENCE.toSeconds() + " s");
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for " + file, e);
      }
    }
  }
}
