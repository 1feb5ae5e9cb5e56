package dev.acceld.e2e.hour;

import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import java.util.List;

/**
 * A pod with a claim of its own.
 *
 * @param devices the published names of what the claim was given
 */
record HourPod(PodId id, ClaimId claim, List<String> devices) {}
