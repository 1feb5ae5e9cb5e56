package dev.acceld.dra.claim.logs;

import dev.acceld.device.Device;
import dev.acceld.device.access.HostMount;
import dev.acceld.dra.claim.ClaimFlags;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.vendor.LogPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The directories for the logs of claims, as far as the vendors of their devices want any. A
 * directory that cannot be made costs the claim its logs and nothing else. Which claims may have
 * one is kept in the state directory: what nobody here has made is never taken for a leftover.
 * Thread-safe; whoever makes or gives back what is a claim's holds that claim's lock.
 */
public final class ClaimLogs {
  private final List<LogDirectory> directories;
  private final @Nullable ClaimFlags made;
  private final Clock clock;

  private ClaimLogs(List<LogDirectory> directories, @Nullable ClaimFlags made, Clock clock) {
    this.directories = directories;
    this.made = made;
    this.clock = clock;
  }

  /**
   * Touches none of the places yet.
   *
   * @param stateDir remembers which claims have a directory; unused without a place
   * @throws IOException when the state directory cannot be used
   */
  public static ClaimLogs of(List<LogPlace> places, Path stateDir, Clock clock) throws IOException {
    return new ClaimLogs(
        places.stream().map(LogDirectory::new).toList(),
        places.isEmpty() ? null : new ClaimFlags(stateDir.resolve("logs")),
        clock);
  }

  /**
   * Makes what the devices of a claim that is prepared now want. Never fails.
   *
   * @return whether there was none before, and is one now
   */
  public boolean make(ClaimRef claim, List<Device> devices) {
    boolean any = false;
    for (LogDirectory each : of(devices)) {
      mark(claim.uid());
      any |= each.make(claim);
    }
    return any;
  }

  /** The same for a prepared claim, of which containers may run: only what is missing. */
  public void restore(ClaimRef claim, List<Device> devices) {
    for (LogDirectory each : of(devices)) {
      if (each.find(claim.uid()).isEmpty()) {
        mark(claim.uid());
        each.make(claim);
      }
    }
  }

  /** Whether something is missing that {@link #restore} would make. */
  public boolean incomplete(String uid, List<Device> devices) {
    return of(devices).stream().anyMatch(each -> each.find(uid).isEmpty());
  }

  /** What the containers of a claim see of it: directories that are there. */
  public List<HostMount> mounts(String uid, List<Device> devices) {
    return of(devices).stream()
        .flatMap(each ->
            each.find(uid).stream()
                .map(path -> HostMount.writable(path.toString(), each.place().inContainer())))
        .toList();
  }

  /**
   * Keeps or removes the directories of a claim whose containers are gone. Never fails: what cannot
   * be done now is done later. Takes half a second at most, as long as the disk answers.
   */
  public void giveBack(String uid) {
    boolean gone = true;
    for (LogDirectory each : directories) {
      gone &= each.giveBack(uid, clock.instant());
    }
    if (gone && made != null) {
      made.clear(uid);
    }
  }

  /** The claims that may have a directory. */
  public Set<String> uids() throws IOException {
    return made == null ? Set.of() : made.uids();
  }

  /** One round of clean-up; a few seconds at most, as long as the disk answers. Never fails. */
  public void tidy() {
    directories.forEach(each -> each.tidy(clock.instant()));
  }

  /** Whether any logs are wanted. */
  public boolean wanted() {
    return !directories.isEmpty();
  }

  /** What is wrong, with the remedies, as last seen; no disk. */
  public Optional<String> trouble() {
    String all =
        directories.stream()
            .flatMap(each -> each.trouble().stream())
            .collect(Collectors.joining("; "));
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private void mark(String uid) {
    if (made != null) {
      made.set(uid);
    }
  }

  private List<LogDirectory> of(List<Device> devices) {
    return directories.stream()
        .filter(each ->
            devices.stream()
                .anyMatch(device -> device.common().vendor().equals(each.place().vendor())))
        .toList();
  }
}
