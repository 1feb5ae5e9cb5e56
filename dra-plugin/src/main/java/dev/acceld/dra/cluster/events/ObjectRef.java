package dev.acceld.dra.cluster.events;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;

/**
 * The object that an Event is about.
 *
 * @param apiVersion {@code v1}, {@code resource.k8s.io/v1}
 * @param kind {@code Node}, {@code Pod}, {@code ResourceClaim}
 * @param namespace empty for a Node
 * @param name its name
 * @param uid its UID; empty where it is not known
 */
public record ObjectRef(String apiVersion, String kind, String namespace, String name, String uid) {

  /** A Node. */
  public static ObjectRef node(String name, String uid) {
    return new ObjectRef("v1", "Node", "", name, uid);
  }

  /** A pod. */
  public static ObjectRef pod(PodRef pod) {
    return new ObjectRef("v1", "Pod", pod.namespace(), pod.name(), pod.uid());
  }

  /** A ResourceClaim. */
  public static ObjectRef claim(ClaimRef claim) {
    return new ObjectRef(
        "resource.k8s.io/v1", "ResourceClaim", claim.namespace(), claim.name(), claim.uid());
  }

  /** The namespace of Events about it: those about a Node are in {@code default}. */
  public String eventNamespace() {
    return namespace.isEmpty() ? "default" : namespace;
  }
}
