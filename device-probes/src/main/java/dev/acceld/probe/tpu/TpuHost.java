package dev.acceld.probe.tpu;

import dev.acceld.host.HostFs;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.tpu.host.FactResolver;
import dev.acceld.probe.tpu.host.FactSource;
import dev.acceld.probe.tpu.host.HostFacts;
import dev.acceld.probe.tpu.host.MetadataServer;
import dev.acceld.probe.tpu.host.NodeLabels;
import dev.acceld.probe.tpu.host.TpuEnvFile;
import dev.acceld.probe.tpu.shape.Evidence;
import dev.acceld.probe.tpu.shape.HostGrid;
import dev.acceld.probe.tpu.shape.Shape;
import dev.acceld.probe.tpu.shape.ShapeChoice;
import dev.acceld.probe.tpu.shape.ShapeTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The host around the chips: what is known of it, how its chips are arranged, and which blocks of
 * them may be used. Looks at a file of the host, and waits for nobody but once at the start. Any
 * thread.
 */
final class TpuHost implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long LOOK_MILLIS = 20;

  private final FactResolver resolver;
  private final ClusterView cluster;
  private final ShapeChoice shapes;
  private final Optional<MetadataServer> metadata;
  private boolean waited; // the probe's thread

  TpuHost(HostFs host, TpuOptions options, ClusterView cluster) {
    this.cluster = cluster;
    shapes = options.shapes();
    metadata = options.metadata().map(MetadataServer::new);
    List<FactSource> sources = new ArrayList<>();
    sources.add(options.facts());
    sources.add(new TpuEnvFile(host));
    metadata.ifPresent(sources::add);
    sources.add(new NodeLabels(cluster));
    resolver = new FactResolver(sources);
  }

  /**
   * Waits, once and for a few seconds at most, until each source has answered or failed. Otherwise
   * each start of the agent would publish the host without its facts, and again with them.
   */
  void awaitSources() {
    if (waited) {
      return;
    }
    waited = true;
    resolver.resolve(Optional.empty(), 0); // begins to ask
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!settled() && System.nanoTime() - deadline < 0) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private boolean settled() {
    return cluster.labelsSettled() && metadata.map(MetadataServer::settled).orElse(true);
  }

  /** What is known of a host with that many chips. */
  HostFacts facts(TpuGeneration generation, int chips) {
    return resolver.resolve(generation.typePrefix(), chips);
  }

  /**
   * How its chips are arranged; empty when nobody says so and no host is built with that many, or
   * when it should have another number of chips.
   */
  static Optional<HostGrid> grid(HostFacts facts, int chips) {
    return facts.disputed()
        ? Optional.empty()
        : facts.chipsPerHost().map(HostGrid::new).or(() -> HostGrid.usual(chips));
  }

  /** The blocks to offer besides single chips, the smallest first. */
  List<ShapeTable.Entry> offered(TpuGeneration generation, HostGrid grid) {
    return ShapeTable.of(generation.id, grid.host()).stream()
        .filter(entry -> entry.shape().chips() > 1 && shapes.takes(entry))
        .toList();
  }

  /** Why shapes that the operator has listed are not offered, one sentence each. */
  List<String> impossible(TpuGeneration generation, HostGrid grid) {
    return shapes.without(ShapeTable.of(generation.id, grid.host())).stream()
        .map(shape ->
            "--tpu-shapes lists "
                + generation.topology(shape)
                + (shape.equals(HostGrid.LYING_PAIR)
                    ? "; two neighboring chips are published as "
                        + generation.topology(HostGrid.PAIR)
                        + ", whichever way they lie: list that"
                    : ", which no part of this %s host with %d chips is"
                        .formatted(generation.id, grid.host().chips())))
        .sorted()
        .toList();
  }

  /** Whether every block may be used, also across NUMA nodes. */
  boolean takesAll() {
    return shapes.takesAll();
  }

  /** Why a block may not be used; empty when it may. */
  Optional<String> objection(
      TpuGeneration generation, HostGrid grid, Shape shape, boolean oneNuma) {
    ShapeTable.Entry entry =
        ShapeTable.of(generation.id, grid.host()).stream()
            .filter(e -> e.shape().equals(shape))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(shape + " in " + grid.host()));
    if (entry.evidence() == Evidence.NONE && !shapes.takes(entry)) {
      return Optional.of(
          "%s of a %s host with %s is not known to work (%s); allow it with --tpu-shapes=%s"
              .formatted(
                  generation.topology(shape),
                  generation.id,
                  generation.topology(grid.host()),
                  entry.source(),
                  generation.topology(shape)));
    }
    if (entry.oneNumaNode() && !oneNuma && !shapes.takesAll()) {
      return Optional.of(
          "%s of a %s host must be on one NUMA node"
              .formatted(generation.topology(shape), generation.id));
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    metadata.ifPresent(MetadataServer::close);
  }
}
