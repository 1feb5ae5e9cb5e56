package dev.acceld.e2e.scenario;

import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.fake.contract.ApiServerAccess;
import dev.acceld.fake.contract.EventContract;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

/** What the fake API server is held to is what a real one does. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class EventContractIT extends EventContract {
  private final ApiServerAccess access;

  EventContractIT(Cluster cluster) throws IOException {
    access = RealApiServer.of(cluster);
  }

  @Override
  protected ApiServerAccess access() {
    return access;
  }
}
