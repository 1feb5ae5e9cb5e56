package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.probe.ClusterView;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.usage.UsageReport;
import dev.acceld.workload.PodWorkload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What gives this node's devices to workloads: Kubernetes, or nobody. */
public interface Orchestrator extends AutoCloseable {

  /** Does what takes long and needs nobody, on a thread of its own. */
  void warmUp();

  /** Where it learns what claims use; before it is started. */
  default void follow(Supplier<UsageReport> usage) {}

  /** Begins to serve; returns at once. What is not there yet is tried again. */
  void start();

  /** What is handed out now. */
  List<PreparedClaim> prepared();

  /** Whether {@link #prepared()} is all of it: false while a record of a claim cannot be read. */
  default boolean claimsKnown() {
    return true;
  }

  /**
   * Who holds a device of these physical parts, in a sentence for each; waits for what is being
   * handed out.
   *
   * @throws IOException when that cannot be known
   */
  default List<String> holders(Set<String> physical, Duration patience)
      throws IOException, InterruptedException {
    return List.of();
  }

  /** Looks at once whether it asks to let go of the driver, or does no longer. */
  default void lookForRelease() {}

  /** Which containers use it, and what others gave them, as far as is known. */
  default ContainerUses containers() {
    return ContainerUses.NONE;
  }

  /** To which workloads the pods that use it belong; none where nobody asked for them. */
  default List<PodWorkload> workloads() {
    return List.of();
  }

  /** What probes and planners may know of it. */
  ClusterView view();

  /** Why this process should be restarted; empty while it is alive. */
  Optional<String> problem();

  /** What readiness says. */
  List<Condition> conditions();

  /** Finishes the calls in flight, then leaves; a bounded time. */
  @Override
  void close();
}
