package dev.acceld.host;

/**
 * A process of the host, once it is certain which one a process id means. Immutable.
 *
 * @param pid as the host numbers it
 * @param startTicks when it started, in hundredths of a second since boot: with the id, this is its
 *     identity
 * @param command its name; without characters that break lines, at most 64 long; empty when it is
 *     not told
 * @param group where it belongs
 */
public record HostProcess(int pid, long startTicks, String command, ControlGroup group) {}
