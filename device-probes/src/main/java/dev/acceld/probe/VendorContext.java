package dev.acceld.probe;

import dev.acceld.host.HostFs;
import dev.acceld.vendor.VendorOptions;

/**
 * What a vendor's module works with.
 *
 * @param host the node's files
 * @param releases which devices the agent must not open
 * @param options the values of its settings
 * @param cluster what the cluster says; {@link ClusterView#NONE} outside of one
 * @param processes whether somebody wants to know who uses devices, also where that is dear
 */
public record VendorContext(
    HostFs host, Releases releases, VendorOptions options, ClusterView cluster, boolean processes) {

  /** Without a cluster. */
  public VendorContext(HostFs host, Releases releases, VendorOptions options) {
    this(host, releases, options, ClusterView.NONE, false);
  }
}
