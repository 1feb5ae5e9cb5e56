package dev.acceld.agent.scan;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.agent.doctor.Doctor;
import dev.acceld.agent.doctor.Finding;
import dev.acceld.agent.health.HealthRulesFile;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.view.DeviceView;
import dev.acceld.agent.view.DeviceViews;
import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.probe.ClusterView;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.snapshot.SnapshotSources;
import dev.acceld.text.ErrorText;
import dev.acceld.words.Rounded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One look: every probe finds its devices and reads them once. A driver that does not come back
 * costs no more than the time that is allowed, for everything that could hang has a thread of its
 * own.
 */
public final class Scan implements AutoCloseable {
  private static final String PROBE = "probe-";
  private static final String DRIVER = "driver";
  private static final long LOOK_MILLIS = 20;

  private final AgentConfig config;
  private final OptionalInt expected;
  private final Duration timeout;
  private Optional<NodeDevices> devices = Optional.empty();
  private volatile Optional<HealthRulesFile> rules = Optional.empty();

  /**
   * Does not look before {@link #look}.
   *
   * @param config with a state directory that may be written to, on the machine that is meant
   * @param expected how many whole devices there have to be, if that is known
   * @param timeout how long it may take
   */
  public Scan(AgentConfig config, OptionalInt expected, Duration timeout) {
    this.config = config;
    this.expected = expected;
    this.timeout = timeout;
  }

  /** Looks once; takes no longer than the timeout. */
  public ScanReport look() throws InterruptedException {
    long began = System.nanoTime();
    CompletableFuture<List<Finding>> files = apart(() -> Doctor.hardware(config));
    CompletableFuture<NodeDevices> opening = apart(this::open);
    NodeDevices node;
    try {
      node = opening.get(Math.max(1, left(began)), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      List<Finding> all = new ArrayList<>(driver(files, began));
      all.add(Finding.fail(DRIVER, "the devices could not be opened within " + within(), ""));
      return ScanReport.of(seconds(began), List.of(), all);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException ours) {
        throw ours;
      }
      throw new IllegalStateException(e.getCause());
    }
    devices = Optional.of(node);
    node.look();
    while (left(began) > 0 && !isRead(node)) {
      Thread.sleep(LOOK_MILLIS);
    }
    List<Finding> findings = new ArrayList<>(driver(files, began));
    findings.addAll(findings(node, findings));
    return ScanReport.of(seconds(began), views(node), findings);
  }

  private NodeDevices open() {
    NodeDevices node = new NodeDevices(config, ClusterView.NONE);
    rules =
        config
            .healthRules()
            .map(file ->
                HealthRulesFile.open(
                    file, node.health().rules().signals(), node.health()::override));
    return node;
  }

  private static double seconds(long began) {
    return Math.round((System.nanoTime() - began) / 1e6) / 1e3;
  }

  private long left(long began) {
    return timeout.toNanos() - (System.nanoTime() - began);
  }

  /** Every probe has told what is there, and everything that is there has been read and judged. */
  private static boolean isRead(NodeDevices node) {
    Inventory inventory = node.supervisor().inventory();
    return NodeDevices.settled(inventory)
        && inventory.probes().stream()
            .filter(p -> p.state() == ProbeStatus.State.READY)
            .allMatch(p -> isRead(p, inventory, node));
  }

  private static boolean isRead(ProbeStatus probe, Inventory inventory, NodeDevices node) {
    List<Device> own =
        inventory.devices().stream()
            .filter(d -> d.common().vendor().probe().equals(probe.probe()))
            .filter(d -> !d.group() && !d.onDemandUnrealized())
            .toList();
    return own.isEmpty()
        || (node.supervisor().readingsAges().containsKey(probe.probe())
            && own.stream().allMatch(d -> node.health(d.name()).isPresent()));
  }

  private List<Finding> driver(CompletableFuture<List<Finding>> files, long began)
      throws InterruptedException {
    try {
      return files.get(Math.max(1, left(began)), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return List.of(
          Finding.fail(
              DRIVER,
              "the check of the drivers has not ended within " + within(),
              "see below for the driver that does not answer"));
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      return List.of(Finding.fail(DRIVER, "could not be checked: " + ErrorText.of(why), ""));
    }
  }

  private List<Finding> findings(NodeDevices node, List<Finding> driver) {
    List<Finding> all = new ArrayList<>();
    Inventory inventory = node.supervisor().inventory();
    boolean told = driver.stream().anyMatch(f -> f.state() == Finding.State.FAIL);
    for (ProbeStatus probe : inventory.probes()) {
      boolean unread = probe.state() == ProbeStatus.State.READY && !isRead(probe, inventory, node);
      if (unread
          || probe.state() == ProbeStatus.State.STARTING
          || probe.state() == ProbeStatus.State.HUNG) {
        all.add(
            Finding.fail(
                PROBE + probe.probe(),
                "the driver of probe "
                    + probe.probe()
                    + " has not answered within "
                    + within()
                    + " ("
                    + probe.detail()
                    + ")",
                "see the kernel log; a driver that hangs usually needs a reboot"));
      }
    }
    for (Condition condition : node.conditions()) {
      boolean said = all.stream().anyMatch(f -> f.name().equals(condition.name()));
      boolean sameAsDriver = told && !condition.ok() && condition.name().startsWith(PROBE);
      if (said || sameAsDriver) {
        continue;
      }
      all.add(
          condition.ok()
              ? Finding.ok(condition.name(), condition.sentence())
              : Finding.fail(condition.name(), condition.sentence(), ""));
    }
    expected.ifPresent(wanted -> all.add(count(inventory, wanted)));
    return all;
  }

  private static Finding count(Inventory inventory, int wanted) {
    long there =
        inventory.devices().stream()
            .filter(d -> !d.partition() && !d.group())
            .filter(d -> !inventory.missing().contains(d.name()))
            .count();
    return there == wanted
        ? Finding.ok("count", there + " devices, as expected")
        : Finding.fail(
            "count",
            there + " of " + wanted + " expected devices are here",
            "look for the missing ones on the PCI bus and in the kernel log");
  }

  private static List<DeviceView> views(NodeDevices node) {
    NodeSnapshots snapshots =
        new NodeSnapshots(
            new SnapshotSources(
                () -> node.supervisor().inventory(),
                node::readings,
                () -> node.supervisor().readingsAges(),
                () -> node.health().reports(),
                List::of,
                () -> ContainerUses.NONE,
                () -> node.health().faultCounts(),
                () -> node.health().rules(),
                node.processes()),
            (what, e) -> {});
    return DeviceViews.of(snapshots.takeWithProcesses(), node.kernelLines());
  }

  private String within() {
    return Rounded.duration(timeout.toMillis() / 1e3);
  }

  private static <T> CompletableFuture<T> apart(Supplier<T> looking) {
    CompletableFuture<T> found = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("scan")
        .daemon()
        .start(() -> {
          try {
            found.complete(looking.get());
          } catch (RuntimeException | Error e) {
            found.completeExceptionally(e);
          }
        });
    return found;
  }

  /** Lets go of the drivers; waits 2 s at most for one that hangs. */
  @Override
  public void close() {
    rules.ifPresent(HealthRulesFile::close);
    devices.ifPresent(NodeDevices::close);
  }
}
