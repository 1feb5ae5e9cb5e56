package dev.acceld.host;

/**
 * The files of a PCI function that are read again and again.
 *
 * @param lanes in use
 * @param mostLanes that the function has
 * @param mostLanesAbove that the port above it has: the function's directory is a link to one in
 *     that of the port; a function right below the host bridge has none
 * @param linkSpeed in use
 * @param config its configuration space
 * @param powerState {@code D0}, {@code D3cold}
 * @param correctable counters of Advanced Error Reporting
 * @param nonFatal the same
 * @param fatal the same
 */
record PcieFiles(
    HostFile lanes,
    HostFile mostLanes,
    HostFile mostLanesAbove,
    HostFile linkSpeed,
    HostFile config,
    HostFile powerState,
    HostFile correctable,
    HostFile nonFatal,
    HostFile fatal) {

  /** Of the function with that directory, which ends in a slash. */
  static PcieFiles of(HostFs host, String directory) {
    return new PcieFiles(
        host.file(directory + "current_link_width"),
        host.file(directory + "max_link_width"),
        host.file(directory + "../max_link_width"),
        host.file(directory + "current_link_speed"),
        host.file(directory + "config"),
        host.file(directory + "power_state"),
        host.file(directory + "aer_dev_correctable"),
        host.file(directory + "aer_dev_nonfatal"),
        host.file(directory + "aer_dev_fatal"));
  }
}
