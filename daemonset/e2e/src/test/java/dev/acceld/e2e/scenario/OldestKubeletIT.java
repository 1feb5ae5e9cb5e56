package dev.acceld.e2e.scenario;

import dev.acceld.e2e.components.Versions;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import org.junit.jupiter.api.Tag;

/** A node that is upgraded last: the oldest kubelet under the newest control plane. */
@RealCluster(kubelet = Versions.OLDEST_KUBERNETES)
@OwnClusterOnly
@Tag("skew")
class OldestKubeletIT extends OldestSubset {}
