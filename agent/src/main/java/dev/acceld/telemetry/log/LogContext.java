package dev.acceld.telemetry.log;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Says what the lines logged by this thread are about, until it is closed:
 *
 * <pre>{@code
 * try (LogContext about = LogContext.claim(ref).pod(pod)) {
 *   …
 * }
 * }</pre>
 *
 * <p>What was said before is restored on close, so contexts nest. Bound to the thread that made it;
 * a task handed to another thread makes its own.
 */
public final class LogContext implements AutoCloseable {
  /** Key of the claim, {@code namespace/name}. */
  public static final String CLAIM = "claim";

  /** Key of the claim's UID. */
  public static final String CLAIM_UID = "claim_uid";

  /** Key of the pod, {@code namespace/name}. */
  public static final String POD = "pod";

  /** Key of the device's name. */
  public static final String DEVICE = "device";

  private final List<Saved> saved = new ArrayList<>(3);

  private LogContext() {}

  /** About a claim. */
  public static LogContext claim(ClaimRef claim) {
    return new LogContext().set(CLAIM, claim.path()).set(CLAIM_UID, claim.uid());
  }

  /** About a device. */
  public static LogContext device(DeviceName device) {
    return new LogContext().set(DEVICE, device.value());
  }

  /** And about that pod. */
  public LogContext pod(PodRef pod) {
    return set(POD, pod.path());
  }

  private LogContext set(String key, String value) {
    saved.add(new Saved(key, MDC.get(key)));
    MDC.put(key, value);
    return this;
  }

  @Override
  public void close() {
    for (Saved before : saved.reversed()) {
      if (before.value() == null) {
        MDC.remove(before.key());
      } else {
        MDC.put(before.key(), before.value());
      }
    }
    saved.clear();
  }

  private record Saved(String key, @Nullable String value) {}
}
