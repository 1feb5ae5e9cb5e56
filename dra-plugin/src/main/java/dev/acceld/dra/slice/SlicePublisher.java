package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's ResourceSlices in the API server equal to what is wanted. Nothing is written
 * before the kubelet has confirmed the registration, nor while another process of this node writes,
 * nor when nothing has changed. One thread of its own; the public methods may be called from any.
 */
public final class SlicePublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SlicePublisher.class);
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final ClusterApi api;
  private final PublisherSettings settings;
  private final PublisherSettings.Timing timing;
  private final PublisherObserver observer;
  private final SliceDiff.Pool pool;
  private final PublisherInbox inbox = new PublisherInbox();
  private final SliceStore store = new SliceStore();
  private final ApiServerFeatures quirks = new ApiServerFeatures();
  private final Thread thread;
  private final FeatureProbe relearning;
  private final SliceWrites writes;
  private final ForeignChanges contest;
  private final FeatureReport report;
  private volatile Runnable quirksChanged = () -> {};

  private String nodeUid = "";
  private ClusterApi.@Nullable Watch watch;
  private long listDue;
  private long syncDue = NEVER;
  private long lastWrite = -Duration.ofHours(1).toNanos();
  private long lowestGeneration = 1;
  private int failures;
  private String contested = "";
  private boolean listed;
  private boolean stored;
  private boolean urgent;
  private boolean refused;
  private final long zero = System.nanoTime();

  /** Does nothing until {@link #start}. */
  public SlicePublisher(ClusterApi api, PublisherSettings settings, PublisherObserver observer) {
    this.api = api;
    this.settings = settings;
    this.timing = settings.timing();
    this.observer = observer;
    this.pool = new SliceDiff.Pool(settings.driver(), settings.node());
    this.contest = new ForeignChanges(settings);
    this.report = new FeatureReport(quirks, observer);
    this.relearning = new FeatureProbe(api, quirks, timing.relearn());
    this.writes = new SliceWrites(api, store, quirks, observer, this::opinionChanged);
    this.thread = new Thread(this::run, "slice-publisher");
    this.thread.setDaemon(true);
  }

  /** Starts its thread, which gets ready (lock, Node, list, watch) but writes nothing yet. */
  public void start() {
    thread.start();
  }

  /** What the node offers from now on. */
  public void desired(DriverResources offer) {
    inbox.desired(offer);
  }

  /** The kubelet has confirmed the registration: slices may be published. */
  public void registered() {
    inbox.registered();
  }

  /** The API server, which refused us, accepts us again: what failed is tried at once. */
  public void letIn() {
    inbox.letIn();
  }

  /** False once it has turned out that this cluster drops taints. */
  public boolean taintsKept() {
    return quirks.taintsKept();
  }

  /** False once it has turned out that this cluster does not keep shared counters. */
  public boolean countersKept() {
    return quirks.countersKept();
  }

  /**
   * Called on the publisher's thread when {@link #taintsKept} or {@link #countersKept} has changed.
   */
  void onQuirksChange(Runnable listener) {
    quirksChanged = listener;
  }

  /** Stops; what is published stays, the kubelet removes it if no successor registers. */
  @Override
  public void close() {
    inbox.close();
    try {
      thread.join(Duration.ofSeconds(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Steady.loop(
        "the publication of slices",
        () -> !inbox.closed(),
        () -> {
          Optional<WriterLock> lock = WriterTurn.await(settings, inbox, observer);
          if (lock.isPresent()) {
            try (WriterLock held = lock.get()) {
              Steady.loop("publishing the slices", () -> !inbox.closed(), this::round);
            }
          }
        });
    endWatch();
  }

  private void round() throws InterruptedException {
    try {
      step();
    } catch (ClusterException e) {
      failed(e);
    } catch (RuntimeException | Error e) { // a thread that cannot be made is an Error
      log.error("slices: unexpected error", e);
      failed(new ClusterException(Reason.UNREACHABLE, "unexpected: " + ErrorText.of(e), e));
    }
    long due =
        inbox.ready() && listed
            ? Math.min(listDue, Math.min(syncDue, relearning.due(now())))
            : listDue;
    inbox.await(due - now());
  }

  private void step() throws ClusterException {
    hear();
    boolean list = now() >= listDue;
    boolean sync = (list || listed && now() >= syncDue) && inbox.ready();
    if ((list || sync) && nodeUid.isEmpty()) {
      nodeUid = api.nodeUid(settings.node());
    }
    if (inbox.ready() && listed && !nodeUid.isEmpty() && now() >= relearning.due(now())) {
      relearn();
      sync = true;
    }
    if (list) {
      list();
      failures = inbox.ready() ? failures : 0;
    }
    if (sync) {
      syncDue = NEVER;
      sync();
      failures = 0;
      refused = false;
    }
  }

  /** Takes in what has happened since the last step. */
  private void hear() {
    PublisherInbox.News news = inbox.take();
    if (news.desiredChanged() || news.registeredNow()) {
      boolean now = !stored || urgent;
      urgent = false;
      wantSync(
          now
              ? now()
              : Math.max(
                  now() + timing.debounce().toNanos(),
                  lastWrite + timing.betweenWrites().toNanos()));
    }
    if (news.desiredChanged() && refused) {
      listDue =
          Math.min(listDue, now() + timing.debounce().toNanos()); // another offer, another try
    }
    if (news.letIn() && !listed) {
      listDue = Math.min(listDue, now());
    }
    boolean foreign = false;
    for (PublisherInbox.Change c : news.changes()) {
      if (c.deleted() && store.deleted(c.slice())) {
        foreign = true;
        // It may have gone with its owner: a Node that is made anew has another UID.
        nodeUid = "";
      } else if (!c.deleted()) {
        foreign |= store.changed(c.slice());
      }
    }
    if (foreign && stored) {
      // Somebody else, such as a kubelet that starts: put it right at once, unless it is a fight.
      wantSync(now() + contest.changed(now()));
    }
    if (news.watchEnded() != null) {
      log.info("slices: {}", news.watchEnded());
      endWatch();
      relearning.soon(now());
      listDue = Math.min(listDue, now() + random(timing.spread()));
    }
  }

  private void wantSync(long at) {
    syncDue = Math.min(syncDue, at);
  }

  private void list() throws ClusterException {
    ClusterApi.SliceList list = api.listSlices(settings.driver(), settings.node());
    store.listed(list);
    if (watch == null) {
      watch =
          api.watchSlices(
              settings.driver(), settings.node(), list.resourceVersion(), inbox.watcher());
    }
    listed = true;
    long resync = timing.resync().toNanos();
    listDue =
        now()
            + resync
            - resync / 5
            + ThreadLocalRandom.current().nextLong(Math.max(1, resync * 2 / 5));
    wantSync(now());
  }

  private void sync() throws ClusterException {
    DriverResources offer = inbox.wanted();
    int devices = offer.devices().size();
    SliceDiff plan =
        SliceDiff.of(
            pool,
            quirks.adapt(offer),
            store.all(),
            lowestGeneration,
            s -> quirks.untouched(s, nodeUid));
    contest.compared(now(), !plan.isEmpty());
    if (!plan.isEmpty()) {
      lastWrite = now();
      lowestGeneration = plan.generation() + 1;
      writes.carryOut(plan, nodeUid);
      log.info(
          "slices: {} devices published, generation {} ({} created, {} updated, {} deleted)",
          devices,
          plan.generation(),
          plan.create().size(),
          plan.update().size(),
          plan.delete().size());
    }
    if (!stored) {
      stored = true;
      observer.firstStored(inbox.sinceRegistered());
    }
    observer.inSync(devices, store.all().size(), plan.generation());
    observer.altered(quirks.insists());
    tellOfContest();
  }

  private void tellOfContest() {
    String what = contest.what();
    if (!what.isEmpty() && contested.isEmpty()) {
      log.warn("{}; each repair waits longer than the one before", what);
    }
    contested = what;
    observer.contested(what);
  }

  /**
   * The offer depends on what the server keeps, so it is made anew, and that one written at once.
   */
  private void opinionChanged() {
    urgent = true;
    report.tell();
    quirksChanged.run();
  }

  private void relearn() {
    Set<ApiServerFeatures.Feature> before = quirks.missing().keySet();
    relearning.run(now(), nodeUid);
    if (!quirks.missing().keySet().equals(before)) {
      opinionChanged();
    }
    wantSync(now());
  }

  /** After trouble: what is stored is not known for sure, so list before the next write. */
  private void failed(ClusterException e) {
    failures++;
    refused = e.reason() == Reason.INVALID;
    String message = String.valueOf(e.getMessage());
    observer.failed(message);
    boolean raced =
        e.reason() == Reason.CONFLICT || e.reason() == Reason.NOT_FOUND && !nodeUid.isEmpty();
    long pause = RetryPause.nanos(e.reason(), raced, failures, timing);
    if (raced) {
      log.debug("slices: {}", message);
    } else {
      log.warn("slices: {}; next try in {} ms", message, pause / 1_000_000);
    }
    listed = false;
    listDue = now() + pause;
  }

  private void endWatch() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  /** Nanoseconds since the start, so that times far away can be added without overflow. */
  private long now() {
    return System.nanoTime() - zero;
  }

  private static long random(Duration most) {
    return ThreadLocalRandom.current().nextLong(most.toNanos() + 1);
  }
}
