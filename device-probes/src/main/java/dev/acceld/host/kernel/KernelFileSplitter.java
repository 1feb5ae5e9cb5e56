package dev.acceld.host.kernel;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a file of records apart: a line, and the lines after it that begin with a space. What is
 * longer than a record can be is cut. Not safe for threads.
 */
final class KernelFileSplitter {
  private final int most;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream record = new ByteArrayOutputStream();

  KernelFileSplitter(int most) {
    this.most = most;
  }

  /** The records that are known to be complete with these bytes. */
  List<byte[]> add(byte[] bytes, int count) {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (line.size() < most) {
        line.write(bytes[i]);
      }
      if (bytes[i] == '\n') {
        end(records);
      }
    }
    return records;
  }

  private void end(List<byte[]> records) {
    byte[] whole = line.toByteArray();
    line.reset();
    if (whole[0] == ' ') {
      if (record.size() > 0 && record.size() + whole.length <= most) {
        record.writeBytes(whole);
      }
      return;
    }
    records.addAll(atEnd());
    if (whole[0] != '\n') {
      record.writeBytes(whole);
    }
  }

  /** The record that nothing has followed so far; a line that is not complete yet is kept. */
  List<byte[]> atEnd() {
    if (record.size() == 0) {
      return List.of();
    }
    byte[] whole = record.toByteArray();
    record.reset();
    return List.of(whole);
  }
}
