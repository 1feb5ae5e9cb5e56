package dev.acceld.faultstore;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps faults on disk, so that an agent that is restarted, updated or killed does not give away a
 * broken device. A thread of its own writes and looks what other processes of the same directory
 * wrote: a disk that is slow stalls nobody else, and a write that fails is tried again. Safe for
 * all threads.
 */
public final class FaultStore implements AutoCloseable {
  /** Nothing is kept. */
  public static final FaultStore NONE =
      new FaultStore(Optional.empty(), Optional::empty, InstantSource.system());

  private static final Logger log = LoggerFactory.getLogger(FaultStore.class);
  private static final Duration KEEP_ENDED = Duration.ofDays(1);
  private static final Duration YOUNG = Duration.ofSeconds(2);
  private static final long LOOK_EVERY_MILLIS = 1000;
  private static final long CLOSE_WITHIN_MILLIS = 2000;

  private final Optional<FaultFiles> files;
  private final Supplier<Optional<String>> bootId;
  private final InstantSource clock;
  private final Map<String, KeptFault> unwritten = new LinkedHashMap<>();
  private volatile String problem = "";
  private @Nullable Thread thread;
  private boolean closed;

  // Of the store's thread alone.
  private Object seen = "";

  private FaultStore(
      Optional<FaultFiles> files, Supplier<Optional<String>> bootId, InstantSource clock) {
    this.files = files;
    this.bootId = bootId;
    this.clock = clock;
  }

  /** In that directory, which is made when it is needed. */
  public static FaultStore in(Path dir, Supplier<Optional<String>> bootId) {
    return new FaultStore(Optional.of(new FaultFiles(dir)), bootId, InstantSource.system());
  }

  /** Why faults cannot be kept or read at the moment; empty when they can. */
  public Optional<String> problem() {
    return Optional.of(problem).filter(p -> !p.isEmpty());
  }

  /** This boot; empty when the host does not say. */
  public Optional<String> boot() {
    return bootId.get();
  }

  /**
   * Reads what is kept, tells it, and goes on telling when it changes.
   *
   * @param told the faults of this boot, ended ones too, and a way to ask for the keys of those
   *     that are not written yet, about which the files say nothing. To be asked under the lock
   *     under which faults are put, or one that ends meanwhile begins anew; called on this thread
   *     once, then on the store's own
   */
  public void follow(BiConsumer<List<KeptFault>, Supplier<Set<String>>> told) {
    if (files.isPresent()) {
      say(look(files.get(), told));
      synchronized (this) {
        thread =
            Thread.ofPlatform().daemon().name("health-store").start(() -> work(files.get(), told));
      }
    }
  }

  /** Has it written soon; the last that was put of a fault counts. */
  public synchronized void put(KeptFault fault) {
    if (files.isPresent()) {
      unwritten.put(fault.key(), fault);
      notifyAll();
    }
  }

  private void work(FaultFiles at, BiConsumer<List<KeptFault>, Supplier<Set<String>>> told) {
    while (pause()) {
      try {
        if (seen.equals("")) {
          look(at, told); // what is there numbers what is to be written
        }
        String unwritable = write(at);
        String unreadable = look(at, told);
        say(unwritable.isEmpty() ? unreadable : unwritable);
      } catch (Throwable e) {
        // Nothing may end this thread: what is not kept is given away after the next restart.
        problem = "saved faults in " + at.dir() + ": " + ErrorText.of(e);
        log.error("Cannot save faults on disk, retrying", e);
      }
    }
    say(write(at));
  }

  /** Until there is something to write, or it is time to look; false when it is the end. */
  private synchronized boolean pause() {
    try {
      if (!closed && (unwritten.isEmpty() || !problem.isEmpty())) {
        wait(LOOK_EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      log.debug("the store was interrupted while it waited");
    }
    return !closed;
  }

  /** Empty, or what stands in the way. */
  private String write(FaultFiles at) {
    List<KeptFault> todo;
    synchronized (this) {
      todo = List.copyOf(unwritten.values());
    }
    String trouble = "";
    for (KeptFault fault : todo) {
      try {
        at.write(fault);
        synchronized (this) {
          unwritten.remove(fault.key(), fault);
        }
      } catch (IOException e) {
        trouble =
            "a device's fault cannot be written to " + at.dir() + " (" + ErrorText.of(e) + ")";
      }
    }
    return trouble;
  }

  /** Empty, or what stands in the way. */
  private String look(FaultFiles at, BiConsumer<List<KeptFault>, Supplier<Set<String>>> told) {
    Optional<String> boot = bootId.get();
    Object now;
    List<KeptFault> all;
    try {
      now = List.of(boot, lastChange(at.dir()));
      if (now.equals(seen)) {
        return "";
      }
      all = at.read();
    } catch (IOException e) {
      return "saved faults cannot be read from " + at.dir() + " (" + ErrorText.of(e) + ")";
    }
    List<KeptFault> ours = new ArrayList<>();
    List<KeptFault> adopted = new ArrayList<>();
    for (KeptFault fault : all) {
      boolean foreign = boot.isPresent() && !boot.get().equals(fault.onset().boot());
      if (foreign && !fault.onset().boot().isEmpty()) {
        ours.add(fault.over(clock.instant(), "the machine was rebooted"));
        discard(at, fault);
      } else if (!fault.active() && expired(fault)) {
        discard(at, fault);
      } else {
        ours.add(foreign ? fault.inBoot(boot.get()) : fault);
        if (foreign) {
          adopted.add(fault.inBoot(boot.get())); // so that the next reboot ends it
        }
      }
    }
    told.accept(ours, this::unwritten);
    adopted.forEach(this::put);
    seen = now;
    return "";
  }

  private synchronized Set<String> unwritten() {
    return Set.copyOf(unwritten.keySet());
  }

  private boolean expired(KeptFault fault) {
    return fault.ended().filter(end -> end.plus(KEEP_ENDED).isBefore(clock.instant())).isPresent();
  }

  private static void discard(FaultFiles at, KeptFault fault) {
    try {
      at.remove(fault);
    } catch (IOException e) {
      log.warn("{} in {} cannot be removed: {}", fault.key(), at.dir(), ErrorText.of(e));
    }
  }

  /**
   * A directory's time is as coarse as the kernel's tick: while it is young it says nothing. One
   * that is to come, since the clock was set back, is no younger for it.
   */
  private Object lastChange(Path dir) throws IOException {
    try {
      Instant changed = Files.getLastModifiedTime(dir).toInstant();
      boolean young = Duration.between(changed, clock.instant()).abs().compareTo(YOUNG) < 0;
      return young ? new Object() : changed;
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private void say(String trouble) {
    if (!trouble.isEmpty() && problem.isEmpty()) {
      log.warn("{}; after a restart the agent may publish a faulty device", trouble);
    }
    problem = trouble;
  }

  /** Writes what is not written yet; waits 2 s at most. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
      notifyAll();
    }
    if (running != null) {
      try {
        running.join(CLOSE_WITHIN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
