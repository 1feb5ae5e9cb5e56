package dev.acceld.fake.apiserver;

/** The kinds of object that the fake knows. */
public enum ApiKind {
  /** Node. */
  NODES("/api/v1", "nodes", "Node", false),
  /** Pod. */
  PODS("/api/v1", "pods", "Pod", true),
  /** ResourceClaim. */
  CLAIMS("/apis/resource.k8s.io/v1", "resourceclaims", "ResourceClaim", true),
  /** ResourceSlice. */
  SLICES("/apis/resource.k8s.io/v1", "resourceslices", "ResourceSlice", false),
  /** Event. */
  EVENTS("/apis/events.k8s.io/v1", "events", "Event", true);

  private final String base;
  private final String plural;
  private final String kind;
  private final boolean namespaced;

  ApiKind(String base, String plural, String kind, boolean namespaced) {
    this.base = base;
    this.plural = plural;
    this.kind = kind;
    this.namespaced = namespaced;
  }

  String base() {
    return base;
  }

  String plural() {
    return plural;
  }

  String kind() {
    return kind;
  }

  boolean namespaced() {
    return namespaced;
  }

  String apiVersion() {
    return base.equals("/api/v1") ? "v1" : base.substring("/apis/".length());
  }
}
