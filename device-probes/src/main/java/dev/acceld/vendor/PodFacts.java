package dev.acceld.vendor;

import java.util.Map;
import java.util.Optional;

/**
 * What the API server says of a pod, as far as a vendor may need it. Values are as they stand
 * there, written by whoever made the pod.
 *
 * @param path {@code namespace/name}, for messages
 * @param hostname {@code spec.hostname}; empty when it is not set, and then the pod's name counts
 * @param subdomain {@code spec.subdomain}: the headless Service that gives the pod a DNS name
 * @param labels its labels
 * @param annotations its annotations
 */
public record PodFacts(
    String path,
    Optional<String> hostname,
    Optional<String> subdomain,
    Map<String, String> labels,
    Map<String, String> annotations) {

  /** Takes copies; a name that is empty is none. */
  public PodFacts {
    hostname = hostname.filter(name -> !name.isEmpty());
    subdomain = subdomain.filter(name -> !name.isEmpty());
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
