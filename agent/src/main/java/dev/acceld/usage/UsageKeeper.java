package dev.acceld.usage;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.steady.SoleProcess;
import dev.acceld.steady.SteadyWorker;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what claims use, on a thread of its own, once every interval. Keeps the count on disk
 * every ten seconds while a claim is prepared, and when it is closed; what a kill loses is at most
 * that, and nothing of what an energy counter of the device tells. {@link #report} and {@link
 * #history} may be called by any thread.
 */
public final class UsageKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UsageKeeper.class);
  private static final double SAVE_EVERY_SECONDS = 10;
  private static final Duration LAST_STEP = Duration.ofSeconds(5);

  private final Supplier<NodeSnapshot> snapshots;
  private final UsageFiles files;
  private final SoleProcess lock;
  private final BootTime boot;
  private final LongSupplier nanos;
  private final InstantSource clock;
  private final Duration interval;
  private final UsageMeter meter = new UsageMeter();
  private final UsageLedger ledger = new UsageLedger();

  private volatile UsageReport report = UsageReport.EMPTY;
  private volatile Optional<String> problem = Optional.empty();
  private volatile @Nullable SteadyWorker worker;

  // Of the counting thread alone.
  private boolean loaded;
  private double resumedAfter; // seconds for which nobody counted
  private long last;
  private boolean stepped;
  private double sinceSaved;
  private boolean changed;
  private List<ClaimUsage> unkept = List.of(); // ended, and not in the history yet

  /**
   * Begins with {@link #start}.
   *
   * @param dir where the count is kept
   * @param snapshots the node as it is now; asked once every interval
   * @param boot the id of this boot of the kernel
   */
  public UsageKeeper(
      Path dir,
      Supplier<NodeSnapshot> snapshots,
      Supplier<Optional<String>> boot,
      Duration interval) {
    this(dir, snapshots, new BootTime(boot), System::nanoTime, InstantSource.system(), interval);
  }

  UsageKeeper(
      Path dir,
      Supplier<NodeSnapshot> snapshots,
      BootTime boot,
      LongSupplier nanos,
      InstantSource clock,
      Duration interval) {
    this.snapshots = snapshots;
    this.files = new UsageFiles(dir);
    this.lock = new SoleProcess(dir);
    this.boot = boot;
    this.nanos = nanos;
    this.clock = clock;
    this.interval = interval;
  }

  /** Begins to count. Once. */
  public void start() {
    worker =
        SteadyWorker.start(
            "usage", "the count of usage", interval, this::step, this::leave, LAST_STEP);
  }

  /** What is counted now; nothing while another process of this state directory counts. */
  public UsageReport report() {
    return report;
  }

  /** Why there is no count, or why it is not kept on disk; empty while all is well. */
  public Optional<String> problem() {
    return problem;
  }

  /**
   * The claims that have ended, the newest last: the last thousand at least.
   *
   * @throws IOException when the file cannot be read; the message names it
   */
  public List<ClaimUsageView> history() throws IOException {
    return files.history();
  }

  /** One look. */
  void step() {
    if (!ready()) {
      return;
    }
    NodeSnapshot node = snapshots.get();
    Optional<List<PreparedClaim>> claims = node.claims();
    if (claims.isEmpty()) {
      return; // nobody can tell who holds what: the next look counts this time, too
    }
    double seconds = seconds();
    UsageMeter.Step step = meter.step(node, seconds);
    List<ClaimUsage> ended = ledger.add(claims.get(), step, seconds, clock.instant());
    report = new UsageReport(ledger.claims(), ledger.namespaces(), step.heldIdle());
    ended.forEach(claim -> log.info("{}", UsageText.summary(claim)));
    changed |= !claims.get().isEmpty() || !ended.isEmpty();
    keepInHistory(ended);
    sinceSaved += seconds;
    if (changed && (sinceSaved >= SAVE_EVERY_SECONDS || !ended.isEmpty())) {
      save();
    }
  }

  private void keepInHistory(List<ClaimUsage> ended) {
    if (!ended.isEmpty()) {
      List<ClaimUsage> all = new ArrayList<>(unkept);
      all.addAll(ended);
      unkept = all.subList(Math.max(0, all.size() - UsageFiles.KEPT_CLAIMS), all.size());
    }
  }

  private double seconds() {
    long now = nanos.getAsLong();
    double seconds = stepped ? (now - last) / 1e9 : resumedAfter;
    stepped = true;
    last = now;
    return seconds;
  }

  /** Whether this process is the one that counts, and knows what was counted before. */
  private boolean ready() {
    if (loaded) {
      return true;
    }
    try {
      if (!lock.held()) {
        return false;
      }
      files.load().ifPresent(this::resume);
      problem = Optional.empty();
    } catch (IOException e) {
      failed("the usage of claims is not counted", e); // tried again at the next look
      return false;
    }
    loaded = true;
    return true;
  }

  private void resume(UsageState kept) {
    Map<String, Usage> namespaces = new LinkedHashMap<>();
    kept.namespaces().forEach((namespace, sum) -> namespaces.put(namespace, sum.usage()));
    ledger.resume(kept.claims().stream().map(ClaimUsageView::claimUsage).toList(), namespaces);
    resumedAfter = boot.since(kept.boot(), kept.uptimeSeconds());
    if (kept.boot().equals(boot.boot())) {
      Map<DeviceName, Double> counters = new HashMap<>();
      kept.energyCounters()
          .forEach((device, joules) -> counters.put(new DeviceName(device), joules));
      meter.resume(counters);
    }
  }

  private void save() {
    try {
      files.append(unkept);
      unkept = List.of();
      Map<String, UsageView> namespaces = new LinkedHashMap<>();
      ledger.namespaces().forEach((name, sum) -> namespaces.put(name, UsageView.of(sum)));
      Map<String, Double> counters = new HashMap<>();
      meter.counters().forEach((device, joules) -> counters.put(device.value(), joules));
      files.save(
          new UsageState(
              boot.boot(),
              boot.uptimeSeconds(),
              ledger.claims().stream().map(ClaimUsageView::of).toList(),
              namespaces,
              counters));
      sinceSaved = 0;
      changed = false;
      if (problem.isPresent()) {
        log.info("the usage of claims is kept on disk again");
        problem = Optional.empty();
      }
    } catch (IOException e) {
      failed("the usage of claims is counted, but not kept on disk", e);
      sinceSaved = 0; // tried again in ten seconds
    }
  }

  private void failed(String what, IOException e) {
    String why = what + ": " + ErrorText.of(e);
    if (problem.isEmpty()) {
      log.warn("{}", why);
    }
    problem = Optional.of(why);
  }

  /** Takes a last look, keeps the count, and lets another process go on. */
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
      if (changed) {
        save();
      }
    }
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("{}", ErrorText.of(e));
    }
  }
}
