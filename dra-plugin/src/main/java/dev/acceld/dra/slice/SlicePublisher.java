package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
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

  private final ClusterApi api;
  private final PublisherSettings settings;
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
  private long lowestGeneration = 1;
  private int failures;
  private boolean listed;
  private boolean stored;
  private boolean urgent;
  private boolean refused;
  private final PublisherTimes times;

  /** Does nothing until {@link #start}. */
  public SlicePublisher(ClusterApi api, PublisherSettings settings, PublisherObserver observer) {
    this(api, settings, observer, System::nanoTime, RandomGenerator.getDefault());
  }

  /** On another clock; {@link #turn} does the work then, in place of the thread. */
  SlicePublisher(
      ClusterApi api,
      PublisherSettings settings,
      PublisherObserver observer,
      LongSupplier nanos,
      RandomGenerator random) {
    this.times = new PublisherTimes(settings.timing(), nanos, random, new ClusterPace(api, random));
    this.api = api;
    this.settings = settings;
    this.observer = observer;
    this.pool = new SliceDiff.Pool(settings.driver(), settings.node());
    this.contest = new ForeignChanges(settings);
    this.report = new FeatureReport(quirks, observer);
    this.relearning = new FeatureProbe(api, quirks, settings.timing().relearn());
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
   * Nanoseconds over which all nodes of this cluster spread what they write for one cause, so that
   * its API server can take it; 0 while the size of the cluster is not known. Any thread.
   */
  public long spreadNanos() {
    return times.pace().spread();
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
    long due = turn();
    inbox.await(due - now());
  }

  /** Does what is due; returns when the next turn is, in nanoseconds since this was made. */
  long turn() {
    try {
      step();
    } catch (ClusterException e) {
      failed(e);
    } catch (RuntimeException | Error e) { // a thread that cannot be made is an Error
      log.error("slices: unexpected error", e);
      failed(new ClusterException(Reason.UNREACHABLE, "unexpected: " + ErrorText.of(e), e));
    }
    return inbox.ready() && listed ? times.due(relearning.due(now())) : times.listDue();
  }

  private void step() throws ClusterException {
    hear();
    boolean list = now() >= times.listDue();
    boolean sync = (list || listed && now() >= times.syncDue()) && inbox.ready();
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
      times.syncing();
      sync();
      failures = 0;
      refused = false;
    }
    if (stored) {
      times.pace().look(now());
    }
  }

  /** Takes in what has happened since the last step. */
  private void hear() {
    PublisherInbox.News news = inbox.take();
    if (news.desiredChanged() || news.registeredNow()) {
      boolean now = !stored || urgent;
      urgent = false;
      if (now) {
        times.sync(now());
      } else {
        times.syncOwnChange();
      }
    }
    if (news.desiredChanged() && refused) {
      times.listSoon(); // another offer, another try
    }
    if (news.letIn() && !listed) {
      times.list(now());
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
      times.sync(now() + contest.changed(now()));
    }
    if (news.watchEnded() != null) {
      log.info("slices: {}", news.watchEnded());
      endWatch();
      relearning.soon(now());
      times.listWithAllOthers();
    }
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
    times.listed();
    times.sync(now());
  }

  private void sync() throws ClusterException {
    DriverResources offer = inbox.wanted();
    int devices = offer.devices().size();
    List<DriverResources.Content> adapted = quirks.adapt(offer);
    SliceDiff plan =
        SliceDiff.of(
            pool, adapted, store.all(), lowestGeneration, s -> quirks.untouched(s, nodeUid));
    contest.compared(now(), !plan.isEmpty());
    if (!plan.isEmpty()) {
      times.wrote();
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
    observer.stored(adapted.stream().flatMap(part -> part.devices().stream()).toList());
    observer.inSync(devices, store.all().size(), plan.generation());
    observer.altered(quirks.insists());
    contest.tell(observer);
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
    times.sync(now());
  }

  /** After trouble: what is stored is not known for sure, so list before the next write. */
  private void failed(ClusterException e) {
    failures++;
    refused = e.reason() == Reason.INVALID;
    String message = String.valueOf(e.getMessage());
    observer.failed(message);
    boolean raced =
        e.reason() == Reason.CONFLICT || e.reason() == Reason.NOT_FOUND && !nodeUid.isEmpty();
    long pause = times.afterFailure(e.reason(), raced, failures);
    if (raced) {
      log.debug("slices: {}", message);
    } else {
      log.warn("slices: {}; next try in {} ms", message, pause / 1_000_000);
    }
    listed = false;
  }

  private void endWatch() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  /** Nanoseconds since the start, so that times far away can be added without overflow. */
  private long now() {
    return times.now();
  }
}
