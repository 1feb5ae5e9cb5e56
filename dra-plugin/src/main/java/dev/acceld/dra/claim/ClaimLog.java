package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Puts the claim, and its pods once they are known, on every line that this thread logs until it is
 * closed; what was there before comes back then. The keys are those of the agent's other lines.
 */
public final class ClaimLog implements AutoCloseable {
  /** Key of the trace that the lines belong to; an observer sets it, and it ends with the rest. */
  public static final String TRACE_ID = "trace_id";

  /** Key of the span in it that is under way; only where the trace is exported. */
  public static final String SPAN_ID = "span_id";

  static final String CLAIM = "claim";
  static final String CLAIM_UID = "claim_uid";
  static final String POD = "pod";

  private final @Nullable String claimBefore = MDC.get(CLAIM);
  private final @Nullable String uidBefore = MDC.get(CLAIM_UID);
  private final @Nullable String podBefore = MDC.get(POD);

  private final @Nullable String traceBefore = MDC.get(TRACE_ID);
  private final @Nullable String spanBefore = MDC.get(SPAN_ID);

  private ClaimLog() {}

  /** About a claim whose pods are not known yet. */
  public static ClaimLog about(ClaimRef claim) {
    ClaimLog log = new ClaimLog();
    MDC.put(CLAIM, claim.path());
    MDC.put(CLAIM_UID, claim.uid());
    MDC.remove(POD);
    return log;
  }

  /** The pods by namespace and name, with commas between; none leaves what was said before. */
  public void pods(List<PodRef> pods) {
    if (!pods.isEmpty()) {
      MDC.put(POD, pods.stream().map(PodRef::path).collect(Collectors.joining(",")));
    }
  }

  @Override
  public void close() {
    restore(CLAIM, claimBefore);
    restore(CLAIM_UID, uidBefore);
    restore(POD, podBefore);
    restore(TRACE_ID, traceBefore);
    restore(SPAN_ID, spanBefore);
  }

  private static void restore(String key, @Nullable String value) {
    if (value == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, value);
    }
  }
}
