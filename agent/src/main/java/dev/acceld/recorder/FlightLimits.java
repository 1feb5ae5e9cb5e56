package dev.acceld.recorder;

/**
 * What is recorded.
 *
 * @param records how many records are kept; 0: nothing is recorded
 * @param degraded whether faults count with which a device can still be given to new pods
 */
public record FlightLimits(int records, boolean degraded) {}
