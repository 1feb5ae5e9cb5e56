package dev.acceld.snapshot;

import dev.acceld.dra.cluster.PodRef;
import java.util.List;
import java.util.Optional;

/**
 * Who alone has a device: only then is a value of the device theirs.
 *
 * @param holder the claim; empty when a device plugin gave the device
 * @param namespace of the claim or the pod
 * @param pod when one pod alone has it
 * @param container when one container alone has it
 */
public record DeviceUser(
    Optional<Holder> holder, String namespace, Optional<PodRef> pod, Optional<String> container) {

  /** Of a device; a claim that holds it comes before a device plugin that gave it as well. */
  public static Optional<DeviceUser> of(DeviceSnapshot device, ContainerUses containers) {
    if (device.holders().isEmpty()) {
      return given(containers.given(device.device().name()));
    }
    return device
        .soleHolder()
        .map(holder ->
            new DeviceUser(
                Optional.of(holder),
                holder.claim().namespace(),
                holder.solePod(),
                holder.solePod().flatMap(pod -> sole(containers.of(holder.claim(), pod)))));
  }

  private static Optional<DeviceUser> given(List<ContainerUses.Given> all) {
    return sole(all.stream().map(ContainerUses.Given::pod).distinct().toList())
        .map(pod ->
            new DeviceUser(
                Optional.empty(),
                pod.namespace(),
                Optional.of(pod),
                sole(all.stream().map(ContainerUses.Given::container).distinct().toList())));
  }

  private static <T> Optional<T> sole(List<T> all) {
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }
}
