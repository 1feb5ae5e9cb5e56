package dev.acceld.signals;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.ContainerUses.Given;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.Holder;
import dev.acceld.snapshot.Holders;
import dev.acceld.snapshot.NodeSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which part of which device each pod has. */
final class PodDevices {
  private final Map<String, Set<String>> uids = new HashMap<>(); // by namespace and name
  private final Map<PodRef, Map<DeviceName, Part>> parts = new LinkedHashMap<>();

  private PodDevices() {}

  /** Of a device, from 0 to 1. */
  record Part(DeviceSnapshot device, double share) {
    private Part and(Part other) {
      return new Part(device, share + other.share);
    }
  }

  /** The parts by pod; admin access has none. */
  static Map<PodRef, Map<DeviceName, Part>> of(NodeSnapshot node) {
    PodDevices all = new PodDevices();
    for (DeviceSnapshot device : node.devices()) {
      device.holders().forEach(holder -> holder.pods().forEach(all::learn));
    }
    for (DeviceSnapshot device : node.devices()) {
      List<Holder> holders = device.holders();
      for (Holder holder : holders) {
        all.split(device, Holders.distinct(holder.pods()), 1.0 / holders.size());
      }
      if (holders.isEmpty()) {
        List<Given> given = node.containers().given(device.device().name());
        all.split(device, given.stream().map(Given::pod).distinct().toList(), 1);
      }
    }
    return all.parts;
  }

  private void learn(PodRef pod) {
    if (!pod.uid().isEmpty()) {
      uids.computeIfAbsent(pod.path(), path -> new HashSet<>()).add(pod.uid());
    }
  }

  private void split(DeviceSnapshot device, List<PodRef> pods, double part) {
    for (PodRef pod : pods) {
      parts
          .computeIfAbsent(named(pod), unused -> new LinkedHashMap<>())
          .merge(device.device().name(), new Part(device, part / pods.size()), Part::and);
    }
  }

  /** With the UID that another claim of the pod has told, when that is certain. */
  private PodRef named(PodRef pod) {
    Set<String> known = uids.getOrDefault(pod.path(), Set.of());
    return pod.uid().isEmpty() && known.size() == 1
        ? new PodRef(pod.namespace(), pod.name(), known.iterator().next())
        : pod;
  }
}
