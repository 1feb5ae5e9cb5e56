package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.status.StatusPage;
import dev.acceld.agent.status.model.StatusSources;
import dev.acceld.prepare.RecentPrepares;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.usage.UsageKeeper;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The status page of a running agent, or what answers while it is off. */
final class StatusSetup {
  private StatusSetup() {}

  static StatusPage of(
      AgentConfig config,
      NodeSnapshots snapshots,
      BooleanSupplier claimsKnown,
      FaultRecords faults,
      UsageKeeper usage,
      Supplier<List<Condition>> conditions,
      RecentPrepares prepares) {
    if (!config.statusPage()) {
      return StatusPage.off();
    }
    return StatusPage.of(
        new StatusSources(
            config.nodeName(),
            config.driverName(),
            Version.current(),
            snapshots::take,
            claimsKnown,
            config.processMetrics() ? Optional.of(snapshots::takeWithProcesses) : Optional.empty(),
            faults.recent()::of,
            usage::report,
            conditions,
            prepares::latest,
            faults.files()));
  }
}
