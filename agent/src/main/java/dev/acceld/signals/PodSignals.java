package dev.acceld.signals;

import dev.acceld.device.Metric;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.signals.PodDevices.Part;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.DeviceLoad;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a pod has of accelerators, and what they do, at one moment. Immutable. {@code NaN} is what
 * nobody can tell.
 *
 * <p>A ratio is of the devices as they are, whoever else uses them: what a pod that shares a device
 * feels. What adds up, devices and power, is split: a device in equal parts between the claims that
 * hold it, and each part in equal parts between the pods of the claim, so that a sum over pods
 * never exceeds the devices.
 *
 * @param pod which
 * @param devices how many it has; of a device that several have, its part
 * @param busyRatio mean utilization, 0 to 1, of those of its devices that report one
 * @param memoryUsedRatio used memory of the fullest of its devices that report it, 0 to 1
 * @param saturationRatio of its busiest device that reports them: the share of its compute units or
 *     of its memory bandwidth that is used, whichever is higher, 0 to 1
 * @param powerWatts its part of the power; {@code NaN} unless all of its devices report it
 */
public record PodSignals(
    PodRef pod,
    double devices,
    double busyRatio,
    double memoryUsedRatio,
    double saturationRatio,
    double powerWatts) {

  /** Of each pod that has a device, in the order of their first devices. */
  public static List<PodSignals> of(NodeSnapshot node) {
    DevicePower power = new DevicePower(node.devices());
    return PodDevices.of(node).entrySet().stream()
        .map(pod -> of(pod.getKey(), pod.getValue().values(), power))
        .toList();
  }

  private static PodSignals of(PodRef pod, Collection<Part> parts, DevicePower power) {
    return new PodSignals(
        pod,
        parts.stream().mapToDouble(Part::share).sum(),
        mean(parts, device -> DeviceLoad.utilization(device.readings())),
        max(parts, PodSignals::memoryUsed),
        max(parts, PodSignals::saturation),
        parts.stream().mapToDouble(part -> power.of(part.device()) * part.share()).sum());
  }

  private static double memoryUsed(DeviceSnapshot device) {
    return device.readings().get(Metric.MEMORY_USED) / device.readings().get(Metric.MEMORY_TOTAL);
  }

  private static double saturation(DeviceSnapshot device) {
    double compute = device.readings().get(Metric.SM_ACTIVE);
    double bandwidth = device.readings().get(Metric.DRAM_ACTIVE);
    return Double.isNaN(compute)
        ? bandwidth
        : Double.isNaN(bandwidth) ? compute : Math.max(compute, bandwidth);
  }

  private static double mean(Collection<Part> of, ToDoubleFunction<DeviceSnapshot> value) {
    return of.stream()
        .mapToDouble(part -> value.applyAsDouble(part.device()))
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  private static double max(Collection<Part> of, ToDoubleFunction<DeviceSnapshot> value) {
    return of.stream()
        .mapToDouble(part -> value.applyAsDouble(part.device()))
        .filter(Double::isFinite)
        .max()
        .orElse(Double.NaN);
  }
}
