package dev.acceld.e2e.scenario;

import dev.acceld.e2e.components.Versions;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import org.junit.jupiter.api.Tag;

/** A cluster of the oldest Kubernetes. */
@RealCluster(version = Versions.OLDEST_KUBERNETES)
@OwnClusterOnly
@Tag("skew")
class OldestClusterIT extends OldestSubset {}
