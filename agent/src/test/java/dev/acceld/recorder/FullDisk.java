package dev.acceld.recorder;

import dev.acceld.dra.claim.record.RecordFiles;
import java.io.IOException;
import java.nio.file.Path;

/** The real disk, until a test has it full. */
public final class FullDisk implements RecordFiles {
  public boolean full;

  @Override
  public void replace(Path file, byte[] content) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    DISK.replace(file, content);
  }

  @Override
  public boolean remove(Path file) throws IOException {
    return DISK.remove(file);
  }
}
