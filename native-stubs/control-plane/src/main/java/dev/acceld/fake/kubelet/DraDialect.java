package dev.acceld.fake.kubelet;

import dev.acceld.fake.ClaimId;
import java.util.Collection;
import java.util.Map;

/** One version of the DRA service, as a client speaks it. Failed calls throw gRPC's exception. */
interface DraDialect {
  /** The answers by claim UID, as they came. */
  Map<String, PrepareAnswer> prepare(Collection<ClaimId> claims);

  /** The errors by claim UID, empty for a success, as they came. */
  Map<String, String> unprepare(Collection<ClaimId> claims);
}
