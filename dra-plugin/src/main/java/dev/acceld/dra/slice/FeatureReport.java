package dev.acceld.dra.slice;

/** Tells an observer what this cluster keeps of a slice, when that changes. One thread. */
final class FeatureReport {
  private final ApiServerFeatures features;
  private final PublisherObserver observer;
  private boolean taints = true;
  private boolean counters = true;

  FeatureReport(ApiServerFeatures features, PublisherObserver observer) {
    this.features = features;
    this.observer = observer;
  }

  void tell() {
    if (taints != features.taintsKept()) {
      taints = features.taintsKept();
      observer.taintsKept(taints);
    }
    if (counters != features.countersKept()) {
      counters = features.countersKept();
      observer.countersKept(counters);
    }
  }
}
