package dev.acceld.probe;

import dev.acceld.host.HostFs;
import dev.acceld.vendor.VendorOptions;

/**
 * What a vendor's module works with.
 *
 * @param host the node's files
 * @param releases which devices the agent must not open
 * @param options the values of its settings
 */
public record VendorContext(HostFs host, Releases releases, VendorOptions options) {}
