package dev.acceld.probe.tpu.slice;

import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.List;
import java.util.Optional;

/**
 * Which worker of a slice a pod is, as its controller tells.
 *
 * @param workerId from 0
 * @param pods the host names of all workers' pods by their ids, without a domain
 */
record Membership(int workerId, List<String> pods) {

  /** Takes a copy. */
  Membership {
    pods = List.copyOf(pods);
  }

  /** How one kind of controller numbers and names its pods. */
  @FunctionalInterface
  interface Rule {
    /**
     * What a pod is.
     *
     * @return empty when it is not of such a controller
     * @throws AccessRefusedException when it is, but cannot be one of that many workers
     */
    Optional<Membership> of(PodFacts pod, int workers) throws AccessRefusedException;
  }

  /**
   * A pod's host name without its number.
   *
   * @param suffix what the controller has put at its end
   * @param form how the controller makes the name, for the message
   */
  static String base(PodFacts pod, String suffix, String form) throws AccessRefusedException {
    String hostname = pod.hostname().orElse("");
    if (hostname.length() <= suffix.length() || !hostname.endsWith(suffix)) {
      throw SliceProblem.at(
          "hostnames",
          "pod "
              + pod.path()
              + (hostname.isEmpty()
                  ? " has no spec.hostname"
                  : " has spec.hostname " + HostNames.quoted(hostname))
              + " where "
              + form
              + " is expected, so the other workers' names cannot be derived; set hostnames in the"
              + " claim");
    }
    return hostname.substring(0, hostname.length() - suffix.length());
  }
}
