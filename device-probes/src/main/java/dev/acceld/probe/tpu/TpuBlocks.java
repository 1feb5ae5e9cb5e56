package dev.acceld.probe.tpu;

import dev.acceld.device.TpuChip;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.tpu.host.HostFacts;
import dev.acceld.probe.tpu.shape.HostGrid;
import dev.acceld.probe.tpu.shape.HostGrid.Placement;
import dev.acceld.probe.tpu.shape.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Recognizes the block that a set of chips is. */
final class TpuBlocks {
  /** Hosts with 1 or 8 chips are a slice of their own; larger slices are made of hosts with 4. */
  private static boolean usuallyAlone(int chips) {
    return chips == 1 || chips == 8;
  }

  private final TpuHost host;

  TpuBlocks(TpuHost host) {
    this.host = host;
  }

  /**
   * A block of chips.
   *
   * @param shape as part of the host
   * @param alone whether it cannot be a part of a larger slice
   */
  record Block(Shape shape, boolean alone) {}

  /**
   * The block that chips are; empty for a generation or a host of which nothing is known.
   *
   * @throws AccessRefusedException when libtpu could not use them together
   */
  Optional<Block> of(List<TpuChip> chips) throws AccessRefusedException {
    TpuChip first = chips.getFirst();
    TpuGeneration generation = TpuGeneration.byId(first.generation());
    if (chips.stream().anyMatch(chip -> !chip.generation().equals(first.generation()))) {
      throw new AccessRefusedException(
          names(chips) + " are of different generations; request them one by one");
    }
    HostFacts facts = host.facts(generation, first.chipsOnHost());
    Optional<HostGrid> grid = TpuHost.grid(facts, first.chipsOnHost());
    if (generation == TpuGeneration.UNKNOWN || (grid.isEmpty() && chips.size() > 1)) {
      return Optional.empty();
    }
    if (grid.isEmpty()) {
      return Optional.of(new Block(new Shape(1, 1), true));
    }
    Optional<Placement> placement = grid.get().block(chips.stream().map(TpuChip::index).toList());
    if (placement.isEmpty()) {
      throw new AccessRefusedException(
          names(chips)
              + " are not a block of neighboring chips, so libtpu cannot use them together. Request"
              + " one device of type tpu-shape"
              + example(generation, grid.get(), chips.size())
              + " instead of "
              + chips.size()
              + " single chips");
    }
    Shape shape = placement.get().shape();
    boolean oneNuma =
        chips.stream().map(chip -> chip.common().numaNode().orElse(-1)).distinct().count() == 1;
    Optional<String> objection = host.objection(generation, grid.get(), shape, oneNuma);
    if (objection.isPresent()) {
      throw new AccessRefusedException(names(chips) + ": " + objection.get());
    }
    return Optional.of(new Block(shape, alone(facts, chips.size(), first.chipsOnHost())));
  }

  /** Whether the host of these chips should have another number of chips than it shows. */
  boolean disputed(TpuChip chip) {
    return host.facts(TpuGeneration.byId(chip.generation()), chip.chipsOnHost()).disputed();
  }

  /** The same as {@link #of}; empty also for chips that libtpu could not use together. */
  Optional<Block> find(List<TpuChip> chips) {
    try {
      return of(chips);
    } catch (AccessRefusedException e) {
      return Optional.empty();
    }
  }

  private String example(TpuGeneration generation, HostGrid grid, int chips) {
    return host.offered(generation, grid).stream()
        .filter(entry -> entry.shape().chips() == chips)
        .findFirst()
        .map(entry ->
            " (DeviceClass tpu-shape.<domain>, shape " + generation.topology(entry.shape()) + ")")
        .orElse(" (DeviceClass tpu-shape.<domain>)");
  }

  private static boolean alone(HostFacts facts, int chips, int onHost) {
    return chips < onHost || facts.alone(onHost).orElse(usuallyAlone(onHost));
  }

  private static String names(List<TpuChip> chips) {
    return chips.stream().map(chip -> chip.name().value()).collect(Collectors.joining(", "));
  }
}
