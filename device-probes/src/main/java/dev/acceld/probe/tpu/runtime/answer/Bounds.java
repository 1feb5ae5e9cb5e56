package dev.acceld.probe.tpu.runtime.answer;

import dev.acceld.libtpu.proto.metrics.Distribution.BucketOptions;
import java.util.List;
import java.util.Optional;

/**
 * Where the buckets of a distribution end. Bucket 0 is below the first bound, bucket {@code i} from
 * bound {@code i - 1} to bound {@code i}, and the last has no upper end.
 */
sealed interface Bounds {
  /** More bounds than any distribution has; also keeps the numbers finite. */
  int MOST = 256;

  /** How many bounds there are, at least 1. */
  int count();

  /** A bound by its number, from 0. */
  double at(int number);

  /** Of the wire; empty when they are none. */
  static Optional<Bounds> of(BucketOptions options) {
    Bounds bounds;
    switch (options.getOptionsCase()) {
      case EXPONENTIAL_BUCKETS -> {
        var e = options.getExponentialBuckets();
        bounds = new Exponential(e.getNumFiniteBuckets(), e.getGrowthFactor(), e.getScale());
      }
      case LINEAR_BUCKETS -> {
        var l = options.getLinearBuckets();
        bounds = new Linear(l.getNumFiniteBuckets(), l.getWidth(), l.getOffset());
      }
      case EXPLICIT_BUCKETS -> bounds = new Explicit(options.getExplicitBuckets().getBoundsList());
      default -> {
        return Optional.empty();
      }
    }
    return bounds.rise() ? Optional.of(bounds) : Optional.empty();
  }

  /** Whether they are finite and each is above the one before. */
  private boolean rise() {
    if (count() < 1 || count() > MOST || !Double.isFinite(at(0))) {
      return false;
    }
    for (int i = 1; i < count(); i++) {
      if (!(at(i) > at(i - 1)) || !Double.isFinite(at(i))) {
        return false;
      }
    }
    return true;
  }

  /** {@code scale × growth^i}. */
  record Exponential(int finite, double growth, double scale) implements Bounds {
    @Override
    public int count() {
      return finite < 0 || finite > MOST ? 0 : finite + 1;
    }

    @Override
    public double at(int number) {
      return scale * Math.pow(growth, number);
    }
  }

  /** {@code offset + width × i}. */
  record Linear(int finite, double width, double offset) implements Bounds {
    @Override
    public int count() {
      return finite < 0 || finite > MOST ? 0 : finite + 1;
    }

    @Override
    public double at(int number) {
      return offset + width * number;
    }
  }

  /** One by one. */
  record Explicit(List<Double> bounds) implements Bounds {
    public Explicit {
      bounds = List.copyOf(bounds);
    }

    @Override
    public int count() {
      return bounds.size();
    }

    @Override
    public double at(int number) {
      return bounds.get(number);
    }
  }
}
