package dev.acceld.probe.tpu.slice;

import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Pods of a LeaderWorkerSet: a group, or a subgroup, is a slice. The leader's host name is {@code
 * <set>-<group>}, a worker's {@code <set>-<group>-<worker>}. The controller itself counts as it is
 * done here (LWS, pkg/utils/accelerators/tpu.go), but only for pods with {@code google.com/tpu} in
 * their resources; its annotation for a leader that has some is missing for claims as well. So
 * whether the leader is a worker of the slice follows from the sizes.
 */
final class LeaderWorkerSet implements Membership.Rule {
  private static final String PREFIX = "leaderworkerset.sigs.k8s.io/";
  private static final String WORKER = PREFIX + "worker-index";
  private static final String SIZE = PREFIX + "size";
  private static final String SUBGROUP_SIZE = PREFIX + "subgroup-size";
  private static final String LEADER_HAS_TPUS = PREFIX + "leader-requests-tpus";

  @Override
  public Optional<Membership> of(PodFacts pod, int workers) throws AccessRefusedException {
    OptionalInt worker = PodIndex.of(pod, WORKER);
    if (worker.isEmpty()) {
      return Optional.empty();
    }
    int index = worker.getAsInt();
    int size =
        PodIndex.of(pod, SIZE)
            .orElseThrow(() ->
                SliceProblem.at(
                    "hostnames",
                    "pod "
                        + pod.path()
                        + " has no annotation "
                        + SIZE
                        + "; set hostnames and workerId in the claim"));
    OptionalInt subgroup = PodIndex.of(pod, SUBGROUP_SIZE);
    boolean leads = leads(pod, workers, size, subgroup);
    int position = leads ? index : index - 1;
    if (position < 0) {
      throw SliceProblem.at(
          "workers",
          "it is "
              + workers
              + ", so that the leader of the "
              + size
              + " pods is no worker of the slice, but pod "
              + pod.path()
              + " is the leader; use this claim in the template of the workers only"
              + (subgroup.isPresent() ? "" : ", or set workers to " + (workers + 1)));
    }
    if (index >= size) {
      throw SliceProblem.at(
          "hostnames",
          WORKER
              + " of pod "
              + pod.path()
              + " is "
              + index
              + ", and its group has "
              + size
              + " pods; set hostnames and workerId in the claim instead");
    }
    String leader =
        index == 0
            ? Membership.base(pod, "", "<set>-<group>")
            : Membership.base(pod, "-" + index, "<set>-<group>-" + index);
    int first = position / workers * workers + (leads ? 0 : 1);
    return Optional.of(
        new Membership(
            position % workers,
            IntStream.range(first, first + workers)
                .mapToObj(i -> i == 0 ? leader : leader + "-" + i)
                .toList()));
  }

  /** Whether the leader is a worker of the slice. */
  private static boolean leads(PodFacts pod, int workers, int size, OptionalInt subgroup)
      throws AccessRefusedException {
    boolean leads = "true".equals(pod.annotations().get(LEADER_HAS_TPUS)); // google.com/tpu, too
    if (subgroup.isEmpty()) {
      leads |= size == workers;
      if ((leads ? size : size - 1) != workers) {
        throw SliceProblem.at(
            "workers",
            "it is "
                + workers
                + ", but the group of pod "
                + pod.path()
                + " has "
                + size
                + " pods; set workers to "
                + size
                + (leads || size == 1
                    ? ""
                    : ", or to " + (size - 1) + " if the leader has no TPU"));
      }
      return leads;
    }
    int of = subgroup.getAsInt();
    if (of != workers) {
      throw SliceProblem.at(
          "workers",
          "it is "
              + workers
              + ", but the subgroup of pod "
              + pod.path()
              + " has "
              + of
              + " pods; a subgroup is one slice: set workers to "
              + of);
    }
    leads |= (size - 1) % of != 0;
    if ((leads ? size : size - 1) % of != 0) {
      throw SliceProblem.at(
          "workers",
          "subgroups of "
              + of
              + " pods do not fit into the "
              + size
              + " pods of the group of pod "
              + pod.path()
              + "; correct the LeaderWorkerSet");
    }
    return leads;
  }
}
