package dev.acceld.probe.tpu.slice;

import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells from a pod which worker of a slice it is, and where the other workers are. */
public final class PodWorker {
  private static final List<Membership.Rule> RULES =
      List.of(new LeaderWorkerSet(), new IndexedJob());

  private PodWorker() {}

  /**
   * The slice with what was left open.
   *
   * @throws AccessRefusedException when the pod does not tell; with what to do
   */
  public static SliceSettings complete(SliceSettings slice, PodFacts pod)
      throws AccessRefusedException {
    if (slice.complete()) {
      return slice;
    }
    if (!slice.hostnames().isEmpty()) {
      return slice.with(idAmong(slice, pod), slice.hostnames());
    }
    Membership member =
        member(pod, slice.workers())
            .orElseThrow(() ->
                SliceProblem.at(
                    "hostnames",
                    "is not set, and pod "
                        + pod.path()
                        + " is neither of an indexed Job (or JobSet) nor of a LeaderWorkerSet, which"
                        + " would tell its index; set hostnames and workerId in the claim"));
    String domain =
        pod.subdomain()
            .orElseThrow(() ->
                SliceProblem.at(
                    "hostnames",
                    "is not set, and pod "
                        + pod.path()
                        + " has no spec.subdomain, so that the workers have no names in DNS; create"
                        + " a headless Service and set subdomain in the pod template to its name"));
    List<String> names = member.pods().stream().map(name -> name + "." + domain).toList();
    Optional<HostNames.Fault> fault = HostNames.fault(names);
    if (fault.isPresent()) {
      throw SliceProblem.at(
          "hostnames", "derived from pod " + pod.path() + ": " + fault.get().why());
    }
    return slice.with(member.workerId(), names);
  }

  /** By the pod's own name in the list, else by its index. */
  private static int idAmong(SliceSettings slice, PodFacts pod) throws AccessRefusedException {
    String own = pod.hostname().orElse(pod.path().substring(pod.path().indexOf('/') + 1));
    List<Integer> same = new ArrayList<>();
    for (int i = 0; i < slice.workers(); i++) {
      String name = slice.hostnames().get(i);
      if (name.equals(own) || name.startsWith(own + ".")) {
        same.add(i);
      }
    }
    if (same.size() == 1) {
      return same.getFirst();
    }
    return member(pod, slice.workers())
        .map(Membership::workerId)
        .orElseThrow(() ->
            SliceProblem.at(
                "workerId",
                "is not set, and pod "
                    + pod.path()
                    + " (host name "
                    + HostNames.quoted(own)
                    + ") is neither named in hostnames nor has it an index of an indexed Job or a"
                    + " LeaderWorkerSet; set workerId"));
  }

  private static Optional<Membership> member(PodFacts pod, int workers)
      throws AccessRefusedException {
    for (Membership.Rule rule : RULES) {
      Optional<Membership> member = rule.of(pod, workers);
      if (member.isPresent()) {
        return member;
      }
    }
    return Optional.empty();
  }
}
