package dev.acceld.otlp.trace;

import io.opentelemetry.sdk.trace.IdGenerator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ids of traces and spans. That of a claim's trace follows from the claim's UID, so that whoever
 * knows the claim finds the trace, and an agent that restarts goes on in it.
 */
public final class TraceIds implements IdGenerator {
  private static final IdGenerator RANDOM = IdGenerator.random();
  private static final int BYTES = 16;

  /** For the span that this thread is about to begin. */
  private final ThreadLocal<@Nullable String> nextTrace = new ThreadLocal<>();

  private final ThreadLocal<@Nullable String> nextSpan = new ThreadLocal<>();

  /** Random ids, but where one is asked for. */
  public TraceIds() {}

  /** The first 16 bytes of the SHA-256 of the claim's UID, in hexadecimal digits. */
  static String ofClaim(String uid) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(uid.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Makes a span whose trace, if it begins one, has that id. */
  <T> T inTrace(String id, Supplier<T> span) {
    nextTrace.set(id);
    try {
      return span.get();
    } finally {
      nextTrace.remove();
    }
  }

  /** Makes a span with that id. */
  <T> T as(String spanId, Supplier<T> span) {
    nextSpan.set(spanId);
    try {
      return span.get();
    } finally {
      nextSpan.remove();
    }
  }

  @Override
  public String generateSpanId() {
    String wanted = nextSpan.get();
    return wanted == null ? RANDOM.generateSpanId() : wanted;
  }

  @Override
  public String generateTraceId() {
    String wanted = nextTrace.get();
    return wanted == null ? RANDOM.generateTraceId() : wanted;
  }
}
