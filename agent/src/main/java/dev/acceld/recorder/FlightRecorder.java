package dev.acceld.recorder;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.recorder.FlightObserver.Outcome;
import dev.acceld.steady.SoleProcess;
import dev.acceld.steady.SteadyWorker;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a record when a device gets a fault, completes it half a minute later, and notes how the
 * fault ended. A fault that comes back within ten minutes of its end goes on in the same record. Of
 * several agents of a state directory one writes; the next goes on where it left off.
 *
 * <p>All work is done on a thread of its own: a disk that is slow or full delays records and
 * nothing else. {@link #healthChanged}, {@link #did} and {@link #problem} may be called by any
 * thread and return at once.
 */
public final class FlightRecorder implements AutoCloseable {
  /** The readings of so long after the fault are added. */
  static final Duration TAIL = Duration.ofSeconds(30);

  /** A fault that comes back so soon is the same one. */
  static final Duration SAME = Duration.ofMinutes(10);

  /** Between two writes of a record, except the first, the last and the readings. */
  static final Duration CALM = Duration.ofSeconds(10);

  /** What an earlier process recorded is over when it is not seen for so long. */
  static final Duration SURE = Duration.ofSeconds(30);

  /** A device that is not there for so long after a reboot does not come back. */
  static final Duration GONE = Duration.ofMinutes(10);

  /** What is done later has nothing to do with the fault. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration LAST_STEP = Duration.ofSeconds(3);
  private static final int MOST_WAITING = 1000;
  private static final Logger log = LoggerFactory.getLogger(FlightRecorder.class);

  private final FlightFiles files;
  private final FlightSources sources;
  private final FlightLimits limits;
  private final FlightObserver observer;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final RecordMaker maker;
  private final EndEvidence ends;
  private final SoleProcess lock;

  private record Change(Instant at, Map<DeviceName, HealthReport> reports) {}

  private record Deed(Instant at, Optional<DeviceName> device, String what) {}

  private final ConcurrentLinkedQueue<Change> changes = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Deed> deeds = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile Optional<String> problem = Optional.empty();
  private volatile @Nullable SteadyWorker worker;

  // Of the recorder's thread alone.
  private final Map<Sighting.Key, Incident> incidents = new HashMap<>();
  private final Set<Sighting.Key> refused = new HashSet<>();
  private final NewRecords allowed = new NewRecords();
  private Change latest = new Change(Instant.EPOCH, Map.of());
  private boolean loaded;

  /** Records nothing before {@link #start}. */
  public FlightRecorder(
      FlightFiles files, FlightSources sources, FlightLimits limits, FlightObserver observer) {
    this(files, sources, limits, observer, InstantSource.system(), System::nanoTime);
  }

  FlightRecorder(
      FlightFiles files,
      FlightSources sources,
      FlightLimits limits,
      FlightObserver observer,
      InstantSource clock,
      LongSupplier nanos) {
    this.files = files;
    this.sources = sources;
    this.limits = limits;
    this.observer = observer;
    this.clock = clock;
    this.nanos = nanos;
    this.maker = new RecordMaker(sources);
    this.ends = new EndEvidence(sources);
    this.lock = new SoleProcess(files.dir());
  }

  /** Begins to record, unless no record may be kept. Once. */
  public void start() {
    if (limits.records() == 0) {
      return;
    }
    worker =
        SteadyWorker.start(
            "flight-recorder", "the record of faults", EVERY, this::step, this::leave, LAST_STEP);
  }

  /** The verdicts on all devices, one of which has changed. */
  public void healthChanged(Map<DeviceName, HealthReport> reports) {
    if (limits.records() == 0) {
      return;
    }
    if (waiting.incrementAndGet() > MOST_WAITING && changes.poll() != null) {
      waiting.decrementAndGet();
    }
    changes.add(new Change(clock.instant(), reports));
  }

  /** The agent did something that the records of the latest faults should tell. */
  public void did(String what) {
    did(Optional.empty(), what);
  }

  /**
   * The agent or a person did something that the records of the latest faults should tell.
   *
   * @param device to which device; empty when it is about all
   */
  public void did(Optional<DeviceName> device, String what) {
    if (limits.records() > 0 && deeds.size() < MOST_WAITING) {
      deeds.add(new Deed(clock.instant(), device, what));
    }
  }

  /** Why records cannot be kept; empty while all is well. */
  public Optional<String> problem() {
    return problem;
  }

  /** One look. */
  void step() {
    if (!ready()) {
      skip();
      return;
    }
    Change change = changes.poll();
    if (change == null) {
      take(latest); // a fault may have waited for its turn
    }
    while (change != null) {
      waiting.decrementAndGet();
      latest = change;
      take(change);
      change = changes.poll();
    }
    for (Deed deed = deeds.poll(); deed != null; deed = deeds.poll()) {
      note(deed);
    }
    incidents.forEach((key, incident) -> complete(key, incident));
    incidents.values().forEach(this::write);
    incidents.values().removeIf(this::isPast);
  }

  private void skip() {
    for (Change change = changes.poll(); change != null; change = changes.poll()) {
      waiting.decrementAndGet();
      latest = change;
    }
    deeds.clear();
  }

  /** Whether this process is the one that writes, and knows what was written before. */
  private boolean ready() {
    if (loaded) {
      return true;
    }
    try {
      files.make();
      if (!lock.held()) {
        return false;
      }
      files.tidy();
      // A record that goes on needs all that it has; of the others, little is kept in memory.
      FlightFiles.Listing listing = files.list(r -> r.lasts() || isRecent(r) ? r : r.summary());
      listing.damaged().forEach(what -> log.warn("{}; remove it", what));
      for (FlightRecord record : listing.records()) {
        Sighting.Key key =
            new Sighting.Key(
                new DeviceName(record.device().name()),
                record.fault().code(),
                record.fault().value());
        incidents.put(key, Incident.read(record, nanos.getAsLong()));
      }
      incidents.values().removeIf(i -> !i.record().lasts() && !isRecent(i.record()));
      loaded = true;
      problem = Optional.empty();
    } catch (IOException | RuntimeException e) {
      fail("the records of faults cannot be read from " + files.dir(), e);
    }
    return loaded;
  }

  private boolean isRecent(FlightRecord record) {
    FlightRecord.End end = record.course().end();
    return end != null
        && Duration.between(Instant.parse(end.at()), clock.instant()).abs().compareTo(SAME) < 0;
  }

  private void take(Change change) {
    Inventory inventory = sources.inventory().get();
    Map<Sighting.Key, Sighting> seen = Sighting.of(change.reports(), inventory, limits.degraded());
    seen.forEach((key, sighting) -> see(key, sighting, change.at()));
    String boot = seen.isEmpty() ? "" : sources.boot().get().orElse("");
    incidents.forEach((key, incident) -> {
      if (seen.containsKey(key)) {
        incident.bootSeen = boot;
      }
    });
    incidents.forEach((key, incident) -> {
      if (incident.record().lasts() && !seen.containsKey(key)) {
        miss(key, incident, change);
      }
    });
    refused.retainAll(seen.keySet());
  }

  private void see(Sighting.Key key, Sighting sighting, Instant at) {
    Incident incident = incidents.get(key);
    if (incident == null) {
      begin(key, sighting, at);
      return;
    }
    incident.absentSince = null;
    if (!incident.record().lasts()) {
      incident.again(at, maker.holders(sighting.affected()));
    }
    incident.seen = true;
  }

  private void begin(Sighting.Key key, Sighting sighting, Instant at) {
    long now = nanos.getAsLong();
    if (!allowed.take(now)) {
      if (refused.add(key)) {
        observer.record(Outcome.LIMITED);
        log.warn(
            "device={}: too many faults at once, {} is recorded later", key.device(), key.code());
      }
      return;
    }
    var history = sources.history().apply(key.device());
    FlightRecord record = maker.make(sighting, at, history, files::exists);
    incidents.put(key, Incident.detected(record, history, now));
  }

  /** What is not known of a device ends nothing. */
  private void miss(Sighting.Key key, Incident incident, Change change) {
    boolean there = change.reports().containsKey(key.device());
    if (!there && !ends.isTakenOut(key.device(), incident, change.reports().keySet())) {
      incident.absentSince = null;
      return;
    }
    long now = nanos.getAsLong();
    Long since = incident.absentSince;
    if (since == null) {
      incident.absentSince = now;
      since = now;
    }
    if (!there && now - since >= GONE.toNanos()) {
      incident.end(clock.instant(), now, EndEvidence.TAKEN_OUT);
    } else if (there && (incident.seen || now - since >= SURE.toNanos())) {
      incident.end(incident.seen ? change.at() : clock.instant(), now, ends.of(key, incident));
    }
  }

  private void note(Deed deed) {
    incidents.forEach((key, incident) -> {
      Instant last = Instant.parse(incident.record().course().lastSeen());
      Duration after = Duration.between(last, deed.at());
      if (incident.seen
          && deed.device().filter(d -> !d.equals(key.device())).isEmpty()
          && !after.isNegative()
          && after.compareTo(ANSWER) <= 0) {
        incident.did(deed.at(), deed.what());
      }
    });
  }

  private void complete(Sighting.Key key, Incident incident) {
    if (incident.awaitsReadings() && nanos.getAsLong() - incident.began() >= TAIL.toNanos()) {
      finish(key, incident);
    }
  }

  private void finish(Sighting.Key key, Incident incident) {
    incident.complete(
        sources.history().apply(key.device()),
        maker.kernel(key.device(), Instant.parse(incident.record().fault().detectedAt())));
  }

  private void write(Incident incident) {
    long now = nanos.getAsLong();
    Long tried = incident.triedNanos;
    if (!incident.changed || (tried != null && now - tried < CALM.toNanos())) {
      return;
    }
    put(incident, now);
  }

  private void put(Incident incident, long now) {
    incident.triedNanos = now;
    try {
      files.write(incident.record());
      incident.changed = false;
      if (!incident.written) {
        incident.written = true;
        observer.record(Outcome.WRITTEN);
        log.info(
            "device={} {}: recorded; see 'acceld faults show {}'",
            incident.record().device().name(),
            incident.record().fault().cause(),
            incident.record().id());
      }
      prune();
      problem = Optional.empty();
    } catch (IOException e) {
      if (!incident.failed) {
        incident.failed = true;
        observer.record(Outcome.FAILED);
      }
      fail("faults cannot be recorded in " + files.dir(), e);
    }
  }

  private void prune() throws IOException {
    List<String> removed = files.prune(limits.records());
    for (Incident incident : incidents.values()) {
      if (removed.contains(incident.record().id())) {
        incident.changed = false; // until something new happens
      }
    }
  }

  private boolean isPast(Incident incident) {
    return !incident.record().lasts()
        && !incident.changed
        && !incident.awaitsReadings()
        && nanos.getAsLong() - incident.endedNanos > SAME.toNanos();
  }

  private void fail(String what, Exception e) {
    String why = what + ": " + ErrorText.of(e);
    if (problem.isEmpty()) {
      log.warn("{}", why);
    }
    problem = Optional.of(why);
  }

  /** Writes what is not written, and lets another process go on; waits a bounded time. */
  @Override
  public void close() {
    SteadyWorker started = worker;
    if (started != null) {
      started.close();
    }
  }

  /** The last look. */
  void leave() {
    if (loaded) {
      step();
      incidents.forEach((key, incident) -> {
        if (incident.awaitsReadings()) {
          finish(key, incident);
        }
        if (incident.changed) {
          put(incident, nanos.getAsLong());
        }
      });
    }
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("{}", ErrorText.of(e));
    }
  }
}
