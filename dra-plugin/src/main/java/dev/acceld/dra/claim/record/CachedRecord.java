package dev.acceld.dra.claim.record;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** A file as it was last read; the copy or no record when it is not sound. */
record CachedRecord(
    @Nullable Object inode,
    FileTime time,
    long size,
    boolean sound,
    boolean misplaced,
    @Nullable ClaimRecord record) {

  /** For a file that there is not, or that could not be read yet. */
  static CachedRecord copied(@Nullable ClaimRecord copy) {
    return new CachedRecord(null, FileTime.fromMillis(0), -1, false, false, copy);
  }

  boolean same(BasicFileAttributes now) {
    return size == now.size()
        && time.equals(now.lastModifiedTime())
        && (inode == null || inode.equals(now.fileKey()));
  }
}
