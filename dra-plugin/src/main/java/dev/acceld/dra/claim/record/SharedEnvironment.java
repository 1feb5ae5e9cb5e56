package dev.acceld.dra.claim.record;

import static java.util.stream.Collectors.joining;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.dra.claim.Company;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodContainers.Use;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The environment of requests that may meet in one container or one pod. A container gets the
 * devices of one request, of several, or of several claims, and of two values for a variable it
 * gets the later one; and the containers of a pod share its network. So a request sets a variable
 * only when it has the same value for the request's own devices and for those of all that may meet.
 * What differs only because the claim configures its requests differently stays. Devices that are
 * of no use without the others have the environment of all.
 *
 * <p>That is so as long as nobody says which container gets which request. Where that is known, a
 * request has the environment of all that its containers have.
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
   * @param company what else the pods of this claim use
   * @param looking requests with admin access: they look at devices and need not use them together
   * @throws AccessRefusedException when the host lacks what the devices need, or a container could
   *     not use the devices of a request, neither alone nor with all others
   */
  Map<String, ContainerAccess> plan(
      Map<String, List<Device>> requests,
      Map<String, AccessOptions> options,
      Company company,
      Set<String> looking)
      throws AccessRefusedException {
    Map<String, ContainerAccess> alone = new LinkedHashMap<>();
    List<Device> all = new ArrayList<>();
    for (Map.Entry<String, List<Device>> request : requests.entrySet()) {
      alone.put(request.getKey(), access.plan(request.getValue(), of(options, request.getKey())));
      all.addAll(request.getValue());
    }
    if (company.containers().isPresent()) {
      return byContainer(alone, requests, options, company, looking);
    }
    all.addAll(company.devices());
    if (requests.size() == 1 && company.mates().isEmpty()) {
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
      together.put(request.getKey(), with(env, own));
    }
    return together;
  }

  /** As it is known which container gets which request. */
  private Map<String, ContainerAccess> byContainer(
      Map<String, ContainerAccess> alone,
      Map<String, List<Device>> requests,
      Map<String, AccessOptions> options,
      Company company,
      Set<String> looking)
      throws AccessRefusedException {
    List<Device> claim = requests.values().stream().flatMap(List::stream).distinct().toList();
    List<Device> pod =
        Stream.concat(claim.stream(), company.devices().stream()).distinct().toList();
    Map<String, ContainerAccess> together = new LinkedHashMap<>();
    for (Map.Entry<String, ContainerAccess> request : alone.entrySet()) {
      String name = request.getKey();
      AccessOptions wanted = of(options, name);
      List<Map<String, String>> seen = new ArrayList<>();
      for (Container container : company.containersWith(name)) {
        List<Device> devices = company.in(container, requests);
        check(container, devices, requests, company, looking);
        seen.add(access.plan(devices, wanted).env());
      }
      Map<String, String> env =
          new LinkedHashMap<>(seen.isEmpty() ? request.getValue().env() : seen.getFirst());
      seen.forEach(each -> env.entrySet().retainAll(each.entrySet()));
      for (List<Device> all : List.of(claim, pod)) {
        Map<String, String> ofAll = access.plan(all, wanted).env();
        env.keySet()
            .removeIf(variable ->
                access.podWide().contains(variable)
                    && !Objects.equals(env.get(variable), ofAll.get(variable)));
      }
      together.put(name, with(env, request.getValue()));
    }
    return together;
  }

  /** A container that gets something else, too, of which nothing is known yet, may be in order. */
  private void check(
      Container container,
      List<Device> devices,
      Map<String, List<Device>> requests,
      Company company,
      Set<String> looking)
      throws AccessRefusedException {
    if (!company.hasAllOf(container) || company.looksInto(container, looking)) {
      return;
    }
    try {
      access.checkTogether(devices);
    } catch (AccessRefusedException e) {
      if (requests.containsValue(devices)) {
        throw e; // one request alone
      }
      String claims =
          container.uses().stream().map(Use::claim).distinct().sorted().collect(joining(", "));
      throw new AccessRefusedException(
          "container "
              + container.name()
              + " gets all devices of "
              + (claims.contains(",") ? "claims " : "several requests of claim ")
              + claims
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static ContainerAccess with(Map<String, String> env, ContainerAccess access) {
    return new ContainerAccess(access.files(), env, access.mounts(), access.hooks());
  }

  /** Whether a container could use devices without any others. */
  boolean usableAlone(List<Device> devices) {
    try {
      access.checkTogether(devices);
      return true;
    } catch (AccessRefusedException e) {
      return false;
    }
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
