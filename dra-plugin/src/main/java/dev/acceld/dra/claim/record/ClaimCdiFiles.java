package dev.acceld.dra.claim.record;

import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.ClaimFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The CDI files of the claims of this node, by the UIDs of the claims. Whoever writes or removes
 * the file of a claim holds that claim's lock. Thread-safe.
 */
public final class ClaimCdiFiles implements AutoCloseable {
  private final CdiDirectory dir;
  private final ClaimCdi cdi;
  private final SharedDevices shared;
  private final ClaimFlags unpreparing;

  /**
   * Touches no file.
   *
   * @param dir where they are
   * @param cdi what is in them
   * @param shared the files that claims have in common
   * @param unpreparing claims of which an unprepare has failed half-way
   */
  public ClaimCdiFiles(
      CdiDirectory dir, ClaimCdi cdi, SharedDevices shared, ClaimFlags unpreparing) {
    this.dir = dir;
    this.cdi = cdi;
    this.shared = shared;
    this.unpreparing = unpreparing;
  }

  /** What is in the files. */
  public ClaimCdi cdi() {
    return cdi;
  }

  /** The files that claims have in common. */
  public SharedDevices shared() {
    return shared;
  }

  /**
   * Claims of which an unprepare has failed half-way: nobody needs their files unless they are
   * prepared again.
   */
  public ClaimFlags unpreparing() {
    return unpreparing;
  }

  /** The directory of the files. */
  public Path directory() {
    return dir.path("");
  }

  /** The name of a claim's file. */
  public String name(String uid) {
    return cdi.fileName(uid);
  }

  /** The claim that a file, finished or temporary, is for; empty for any other file. */
  public Optional<String> uidOf(String file) {
    return cdi.uidOf(file);
  }

  /** Where the file of a claim is or would be. */
  public Path path(String uid) {
    return dir.path(name(uid));
  }

  /** True when the file of a claim is there with exactly this text. */
  public boolean holds(String uid, CdiText text) {
    return dir.holds(name(uid), text);
  }

  /** The bytes of a claim's file; empty when it is not there or cannot be read. */
  public Optional<byte[]> read(String uid) {
    return dir.read(name(uid));
  }

  /** The text of a claim's file; empty also when it is not one whole JSON object. */
  public Optional<String> text(String uid) {
    return dir.text(name(uid));
  }

  /** Whether there certainly is no file of a claim now; false when it cannot be found out. */
  public boolean gone(String uid) {
    return Files.notExists(path(uid));
  }

  /** Writes the file of a claim, replacing what was there. */
  public void write(String uid, byte[] content) throws IOException {
    dir.write(name(uid), content);
  }

  /** Writes that text to the file of a claim, unless it is what the file holds. */
  public void restore(String uid, CdiText text) throws IOException {
    if (!holds(uid, text)) {
      write(uid, text.text().orElseThrow().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Removes the file of a claim; false when there was none. */
  public boolean remove(String uid) throws IOException {
    return dir.remove(name(uid));
  }

  /** The claims of which a file is there, finished or temporary. */
  public Set<String> uids() throws IOException {
    Set<String> uids = new TreeSet<>();
    for (String file : dir.list(cdi.filePrefix())) {
      cdi.uidOf(file).ifPresent(uids::add);
    }
    return uids;
  }

  /** Names of leftover temporary files, with the claim that each was for. */
  public Map<String, String> temporaries() throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    for (String file : dir.list(cdi.filePrefix())) {
      if (CdiDirectory.targetOf(file).isPresent()) {
        cdi.uidOf(file).ifPresent(uid -> found.put(file, uid));
      }
    }
    return found;
  }

  /** Removes one of {@link #temporaries}; false when there was none. */
  public boolean removeTemporary(String file) throws IOException {
    return dir.remove(file);
  }

  /** The names of the shared devices that a claim's answer names. */
  public Set<String> sharedBy(ClaimRecord record) {
    return cdi.sharedNames(record.answer());
  }

  /** Gives the lock file of the shared devices back. */
  @Override
  public void close() throws IOException {
    shared.close();
  }
}
