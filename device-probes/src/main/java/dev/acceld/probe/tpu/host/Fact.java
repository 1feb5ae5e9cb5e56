package dev.acceld.probe.tpu.host;

import java.util.Optional;

/** What a source may say of a host; the names are those of {@code tpu-env} where it has one. */
public enum Fact {
  /** {@code v5litepod-16}. */
  ACCELERATOR_TYPE,
  /** GKE's name of the accelerator, {@code tpu-v5-lite-podslice}. */
  ACCELERATOR,
  /** The topology of the slice, {@code 4x4}. */
  TOPOLOGY,
  /** The shape of one host, {@code 2,2,1}. */
  CHIPS_PER_HOST_BOUNDS,
  /** The host's number in its slice. */
  WORKER_ID,
  /** {@code ct5lp-hightpu-4t}. */
  MACHINE_TYPE,
  /** The slice's name. */
  SLICE_NAME("NODE_ID");

  private final String otherName;

  Fact() {
    otherName = name();
  }

  Fact(String otherName) {
    this.otherName = otherName;
  }

  /** By a key of {@code tpu-env}; empty for keys that say nothing of use. */
  static Optional<Fact> of(String key) {
    for (Fact fact : values()) {
      if (fact.name().equals(key) || fact.otherName.equals(key)) {
        return Optional.of(fact);
      }
    }
    return Optional.empty();
  }
}
