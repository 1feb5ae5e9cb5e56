package dev.acceld.probe.tpu.host;

import dev.acceld.probe.tpu.shape.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of a TPU host as a whole.
 *
 * @param acceleratorType {@code v5litepod-16}; the number counts TensorCores
 * @param accelerator GKE's name, {@code tpu-v5-lite-podslice}
 * @param topology of the slice that the host is part of
 * @param chipsPerHost the shape of this host
 * @param disputed whether a source says that the host has another number of chips than there are,
 *     and none says how these lie: then their geometry is not known
 * @param workerId its number in the slice
 * @param machineType {@code ct5lp-hightpu-4t}
 * @param sliceName the slice's name
 * @param problems contradictions between the sources, and what could not be understood, one
 *     sentence each
 */
public record HostFacts(
    Optional<String> acceleratorType,
    Optional<String> accelerator,
    Optional<Shape> topology,
    Optional<Shape> chipsPerHost,
    boolean disputed,
    OptionalInt workerId,
    Optional<String> machineType,
    Optional<String> sliceName,
    List<String> problems) {
  /** Nothing is known. */
  public static final HostFacts UNKNOWN =
      new HostFacts(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of());

  /** Takes a copy. */
  public HostFacts {
    problems = List.copyOf(problems);
  }

  /** Whether the host is all of its slice, as far as is known. */
  public Optional<Boolean> alone(int chips) {
    return topology.map(t -> t.chips() == chips);
  }
}
