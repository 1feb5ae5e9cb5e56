package dev.acceld.probe.tpu.slice;

import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Pods of an indexed Job, and so those of a JobSet: each of its Jobs is a slice. The Job controller
 * labels them with their completion index and gives them the host name {@code <job>-<index>}
 * (Kubernetes, "Job", completion mode); a JobSet calls its Jobs {@code <jobset>-<replicated
 * job>-<job index>} and sets the pods' subdomain.
 */
final class IndexedJob implements Membership.Rule {
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";

  @Override
  public Optional<Membership> of(PodFacts pod, int workers) throws AccessRefusedException {
    OptionalInt index = PodIndex.of(pod, INDEX);
    if (index.isEmpty()) {
      return Optional.empty();
    }
    int id = index.getAsInt();
    if (id >= workers) {
      throw SliceProblem.at(
          "workers",
          "it is "
              + workers
              + ", but pod "
              + pod.path()
              + " has completion index "
              + id
              + "; a Job is one slice and must have as many completions as the slice has workers");
    }
    String job = Membership.base(pod, "-" + id, "<job>-" + id);
    return Optional.of(
        new Membership(id, IntStream.range(0, workers).mapToObj(i -> job + "-" + i).toList()));
  }
}
