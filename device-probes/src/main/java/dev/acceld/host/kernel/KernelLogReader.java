package dev.acceld.host.kernel;

import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the kernel's log on a thread of its own: {@code /dev/kmsg}, where each read waits for one
 * record, or a regular file of such records that grows. Every opening begins with the oldest record
 * that the kernel still has. What cannot be opened or read is tried again every few seconds. Reads
 * only; {@link #take} is for one thread, the rest for any.
 */
public final class KernelLogReader implements AutoCloseable {
  /** Longer than any record: the kernel refuses a shorter buffer (EINVAL). */
  private static final int MOST_RECORD = 16 * 1024;

  /**
   * What waits here the kernel may overwrite; who reads is told by the numbers that are missing.
   */
  private static final int MOST_WAITING = 1024;

  private static final Duration OPENS_WITHIN = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
  private static final long FILE_EVERY_MILLIS = 200;

  /** What gives so much nonsense at a stretch is no kernel log. */
  private static final int MOST_NONSENSE = 1000;

  /** The message of EPIPE: the next record was overwritten before it was read. */
  private static final String OVERWRITTEN = "Broken pipe";

  private static final Logger log = LoggerFactory.getLogger(KernelLogReader.class);

  private final Path path;
  private final Duration opensWithin;
  private final BlockingQueue<Taken> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private volatile String trouble = "";
  private volatile long openingSince;
  private volatile boolean opening;
  private volatile boolean open;
  private volatile int openings;
  private volatile boolean closed;
  private int nonsense;
  private @Nullable Thread thread; // guarded by this
  private @Nullable FileChannel channel; // guarded by this

  /**
   * A record, as it came.
   *
   * @param record empty when it could not be understood
   * @param opening the number of the opening that it comes from: each begins with old records
   */
  public record Taken(Optional<KernelRecord> record, int opening) {}

  /** Reads nothing yet. */
  public KernelLogReader(Path path) {
    this(path, OPENS_WITHIN);
  }

  KernelLogReader(Path path, Duration opensWithin) {
    this.path = path;
    this.opensWithin = opensWithin;
  }

  /** Begins. */
  public synchronized void start() {
    if (thread == null && !closed) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("kernel-log-read")
              .start(() -> Steady.loop("the kernel log", () -> !closed, this::round));
    }
  }

  /** The next record; null when none has come in that time. */
  public @Nullable Taken take(Duration within) throws InterruptedException {
    return waiting.poll(within.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether the log is open at the moment, so that no record means that there is none. */
  public boolean isOpen() {
    return open;
  }

  /** The number of the present or last opening. */
  public int opening() {
    return openings;
  }

  /** Why the log is not read, with the remedy; empty when it is. */
  public String trouble() {
    if (opening && System.nanoTime() - openingSince > opensWithin.toNanos()) {
      return "the kernel log "
          + path
          + " has not opened for more than "
          + opensWithin.toSeconds()
          + " s; set --kernel-log to the kernel's log device, /dev/kmsg, or to off";
    }
    return trouble;
  }

  private void round() throws InterruptedException {
    openingSince = System.nanoTime();
    opening = true;
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      opening = false;
      if (!use(in)) {
        return;
      }
      openings++;
      open = true;
      if (Files.isRegularFile(path)) {
        readFile(in);
      } else {
        readDevice(in);
      }
    } catch (ClosedChannelException e) {
      // by close()
    } catch (IOException | UnsupportedOperationException e) {
      tell(reason(e));
      open = false;
      Thread.sleep(PAUSE);
    } finally {
      opening = false;
      open = false;
    }
  }

  /** False when it is no longer wanted. */
  private synchronized boolean use(FileChannel in) {
    channel = in;
    return !closed;
  }

  private void readDevice(FileChannel in) throws IOException, InterruptedException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_RECORD);
    int overwritten = 0;
    while (!closed) {
      buffer.clear();
      int count;
      try {
        count = in.read(buffer);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        if (!OVERWRITTEN.equals(e.getMessage()) || ++overwritten > MOST_NONSENSE) {
          throw e;
        }
        continue; // the next read is of the oldest that is left
      }
      if (count <= 0) {
        throw new IOException("it ends, which a kernel log does not");
      }
      overwritten = 0;
      byte[] bytes = new byte[count];
      buffer.flip().get(bytes);
      give(KernelRecordFormat.read(bytes));
    }
  }

  /** Comes back when the file was replaced or cut: the next opening reads what is there then. */
  private void readFile(FileChannel in) throws IOException, InterruptedException {
    Object key = key();
    KernelFileSplitter splitter = new KernelFileSplitter(MOST_RECORD);
    ByteBuffer buffer = ByteBuffer.allocate(MOST_RECORD);
    while (!closed) {
      buffer.clear();
      int count = in.read(buffer);
      if (count > 0) {
        for (byte[] each : splitter.add(buffer.array(), count)) {
          give(KernelRecordFormat.read(each));
        }
        continue;
      }
      for (byte[] each : splitter.atEnd()) {
        give(KernelRecordFormat.read(each));
      }
      trouble = "";
      Thread.sleep(FILE_EVERY_MILLIS);
      if (in.size() < in.position() || !key.equals(key())) {
        return;
      }
    }
  }

  private Object key() throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key == null ? "" : key;
  }

  private void give(Optional<KernelRecord> record) throws IOException, InterruptedException {
    nonsense = record.isPresent() ? 0 : nonsense + 1;
    if (nonsense >= MOST_NONSENSE) {
      nonsense = 0;
      throw new IOException("its content is not in the form of /dev/kmsg");
    }
    if (record.isPresent()) {
      trouble = "";
    }
    waiting.put(new Taken(record, openings));
  }

  private void tell(String why) {
    if (!why.equals(trouble)) {
      log.warn("{}", why);
    }
    trouble = why;
  }

  private String reason(Exception e) {
    String words = ErrorText.of(e);
    boolean denied =
        words.toLowerCase(Locale.ROOT).matches(".*(not permitted|permission denied).*");
    String remedy =
        denied
            ? "; this needs a privileged container, or the device and the capability SYSLOG (chart:"
                + " health.kernelLog=true)"
            : "; set --kernel-log to the kernel's log device, /dev/kmsg, or to off";
    return "the kernel log cannot be read from "
        + path
        + " ("
        + words.replace(path + ": ", "")
        + ")"
        + remedy;
  }

  /** Ends the thread; waits a second at most for one that hangs. */
  @Override
  public void close() {
    Thread running;
    FileChannel used;
    synchronized (this) {
      closed = true;
      running = thread;
      used = channel;
    }
    try {
      if (used != null) {
        used.close(); // ends a read that waits
      }
    } catch (IOException e) {
      log.debug("the kernel log did not close: {}", ErrorText.of(e));
    }
    if (running != null) {
      running.interrupt();
      try {
        running.join(CLOSE_WITHIN.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
