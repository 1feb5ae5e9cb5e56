package dev.acceld.machine.libtpu;

import java.util.List;

/**
 * What a workload tells of one chip. Nothing is checked: it may be nonsense.
 *
 * @param devices the ids of the JAX devices that it is, one or two, counted in the slice
 * @param hbmTotalBytes memory
 * @param hbmUsedBytes of it, in use
 * @param dutyCyclePercent of both devices
 * @param hbmBandwidthPercent of both devices
 * @param idleSeconds of both devices
 * @param queuedPrograms all of them at the first device
 * @param coreError what is wrong with its first core; empty when nothing is
 */
public record TpuChipValues(
    List<Integer> devices,
    long hbmTotalBytes,
    long hbmUsedBytes,
    double dutyCyclePercent,
    double hbmBandwidthPercent,
    double idleSeconds,
    long queuedPrograms,
    String coreError) {
  private static final long V5E_BYTES = 16L << 30;

  /** Takes a copy. */
  public TpuChipValues {
    devices = List.copyOf(devices);
  }

  /** An idle chip with 16 GiB. */
  public static TpuChipValues idle(Integer... devices) {
    return new TpuChipValues(List.of(devices), V5E_BYTES, 0, 0, 0, 0, 0, "");
  }

  /** The same with other memory. */
  public TpuChipValues withHbm(long usedBytes, long totalBytes) {
    return new TpuChipValues(
        devices,
        totalBytes,
        usedBytes,
        dutyCyclePercent,
        hbmBandwidthPercent,
        idleSeconds,
        queuedPrograms,
        coreError);
  }

  /** The same with another load, in percent. */
  public TpuChipValues withLoad(double dutyCycle, double hbmBandwidth) {
    return new TpuChipValues(
        devices,
        hbmTotalBytes,
        hbmUsedBytes,
        dutyCycle,
        hbmBandwidth,
        idleSeconds,
        queuedPrograms,
        coreError);
  }

  /** The same, but it has done nothing for that long although programs wait. */
  public TpuChipValues withWaiting(double seconds, long programs) {
    return new TpuChipValues(
        devices,
        hbmTotalBytes,
        hbmUsedBytes,
        dutyCyclePercent,
        hbmBandwidthPercent,
        seconds,
        programs,
        coreError);
  }

  /** The same with an error of its first core. */
  public TpuChipValues withCoreError(String error) {
    return new TpuChipValues(
        devices,
        hbmTotalBytes,
        hbmUsedBytes,
        dutyCyclePercent,
        hbmBandwidthPercent,
        idleSeconds,
        queuedPrograms,
        error);
  }
}
