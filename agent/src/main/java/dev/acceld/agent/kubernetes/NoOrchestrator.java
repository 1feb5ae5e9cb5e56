package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.probe.ClusterView;
import java.util.List;
import java.util.Optional;

/** Without a cluster: devices are watched, nothing is handed out. */
public final class NoOrchestrator implements Orchestrator {

  @Override
  public void warmUp() {}

  @Override
  public void start() {}

  @Override
  public List<PreparedClaim> prepared() {
    return List.of();
  }

  @Override
  public ClusterView view() {
    return ClusterView.NONE;
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }

  @Override
  public List<Condition> conditions() {
    return List.of(Condition.required("cluster", true, "no cluster is configured"));
  }

  @Override
  public void close() {}
}
