package dev.acceld.dra.claim.record;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment of requests that may meet in one container or one pod. A container gets the
 * devices of one request, of several, or of several claims, and of two values for a variable it
 * gets the later one; and the containers of a pod share its network. So a request sets a variable
 * only when it has the same value for the request's own devices and for those of all that may meet.
 * What differs only because the claim configures its requests differently stays. Devices that are
 * of no use without the others have the environment of all.
 */
final class SharedEnvironment {
  private final AccessPlanner access;

  SharedEnvironment(AccessPlanner access) {
    this.access = access;
  }

  /**
   * What the containers of each request get, by request.
   *
   * @param requests the devices of each request of the claim
   * @param options what the claim wants, by request
   * @param podmates devices of other claims that pods of this claim use
   * @param looking requests with admin access: they look at devices and need not use them together
   * @throws AccessRefusedException when the host lacks what the devices need, or a container could
   *     not use the devices of a request, neither alone nor with all others
   */
  Map<String, ContainerAccess> plan(
      Map<String, List<Device>> requests,
      Map<String, AccessOptions> options,
      List<Device> podmates,
      Set<String> looking)
      throws AccessRefusedException {
    Map<String, ContainerAccess> alone = new LinkedHashMap<>();
    List<Device> all = new ArrayList<>();
    for (Map.Entry<String, List<Device>> request : requests.entrySet()) {
      alone.put(request.getKey(), access.plan(request.getValue(), of(options, request.getKey())));
      all.addAll(request.getValue());
    }
    all.addAll(podmates);
    if (requests.size() == 1 && podmates.isEmpty()) {
      if (looking.isEmpty()) {
        access.checkTogether(all);
      }
      return alone; // the usual case
    }
    List<Device> distinct = all.stream().distinct().toList();
    Map<String, ContainerAccess> together = new LinkedHashMap<>();
    for (Map.Entry<String, ContainerAccess> request : alone.entrySet()) {
      ContainerAccess own = request.getValue();
      Map<String, String> ofAll = access.plan(distinct, of(options, request.getKey())).env();
      Map<String, String> env = new LinkedHashMap<>(own.env());
      if (!looking.contains(request.getKey())
          && onlyWithOthers(requests.getOrDefault(request.getKey(), List.of()), distinct)) {
        env.putAll(ofAll);
      } else {
        env.entrySet().retainAll(ofAll.entrySet());
      }
      together.put(
          request.getKey(), new ContainerAccess(own.files(), env, own.mounts(), own.hooks()));
    }
    return together;
  }

  /** Whether devices are of no use alone: then whoever has them has the others, too. */
  private boolean onlyWithOthers(List<Device> devices, List<Device> all)
      throws AccessRefusedException {
    try {
      access.checkTogether(devices);
      return false;
    } catch (AccessRefusedException e) {
      try {
        access.checkTogether(all);
        return true;
      } catch (AccessRefusedException together) {
        e.addSuppressed(together);
        throw e;
      }
    }
  }

  /** Whether devices of other claims of the same pod may matter for these. */
  boolean dependsOnOthers(List<Device> devices) {
    return access.dependsOnOthers(devices);
  }

  private static AccessOptions of(Map<String, AccessOptions> options, String request) {
    return options.getOrDefault(request, AccessOptions.DEFAULT);
  }
}
