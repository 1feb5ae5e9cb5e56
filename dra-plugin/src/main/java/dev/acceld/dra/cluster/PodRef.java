package dev.acceld.dra.cluster;

/**
 * Names a pod.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID; empty where the source does not tell it (the kubelet's pod-resources)
 */
public record PodRef(String namespace, String name, String uid) {

  /** For messages: {@code namespace/name}. */
  public String path() {
    return namespace + "/" + name;
  }
}
