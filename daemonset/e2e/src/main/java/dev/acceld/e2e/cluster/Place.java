package dev.acceld.e2e.cluster;

import java.nio.file.Path;

/**
 * What one node of a cluster has of this machine, and how it is called. Node 1 has the control
 * plane as well.
 *
 * @param number from 1
 * @param directory of its files
 * @param log of its components' logs
 * @param pki of the cluster's certificates
 * @param groups of all its control groups; those of the other nodes are below node 1's
 */
record Place(int number, Path directory, Path log, Path pki, String groups) {
  private static final String NETWORK = "10.77.0.";

  /** The address of node 1, and the API server's. */
  static final String FIRST_ADDRESS = NETWORK + 2;

  /** Whether the control plane is here. */
  boolean first() {
    return number == 1;
  }

  /** The node's name. */
  String name() {
    return "node-" + number;
  }

  /** The node's address. */
  String address() {
    return NETWORK + (number + 1);
  }

  /** The addresses of its pods. */
  String pods() {
    return "10.244." + number + ".0/24";
  }

  /** What its kubelet's certificate is called, and its kubeconfig. */
  String identity() {
    return first() ? "kubelet" : "kubelet-" + number;
  }

  /** A directory of its. */
  Path path(String name) {
    return directory.resolve(name);
  }
}
