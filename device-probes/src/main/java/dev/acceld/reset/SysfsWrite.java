package dev.acceld.reset;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes that the kernel answers only when what they ask for is done. */
final class SysfsWrite {
  private SysfsWrite() {}

  /**
   * Writes a text to a file of sysfs. A write that hangs stays with its thread.
   *
   * @param nanos after which it is given up
   */
  static void write(Path file, String text, long nanos)
      throws ResetFailedException, InterruptedException {
    FutureTask<Integer> task = new FutureTask<>(() -> put(file, text));
    Thread.ofPlatform().daemon().name("pci-reset").start(task);
    try {
      Integer unused = task.get(Math.max(1, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new ResetFailedException("the write to " + file + " does not return");
    } catch (ExecutionException e) {
      String why =
          e.getCause() instanceof IOException io ? ErrorText.of(io) : String.valueOf(e.getCause());
      throw failed(file, why);
    }
  }

  /** The same on this thread, which hangs with the write. */
  static void writeNow(Path file, String text) throws ResetFailedException {
    try {
      int unused = put(file, text);
    } catch (IOException e) {
      throw failed(file, ErrorText.of(e));
    }
  }

  private static int put(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  private static ResetFailedException failed(Path file, String why) {
    return new ResetFailedException("writing to " + file + " failed: " + why);
  }
}
