package dev.acceld.dra.kubelet;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Takes the trace context of a call out of its metadata: W3C's {@code traceparent}. */
final class TraceContext implements ServerInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> PARENT = Context.key("traceparent");

  /** Longer than one of any version that is known. */
  private static final int LONGEST = 256;

  /** That of the call under way on this thread; empty when there is none. */
  static String current() {
    String parent = PARENT.get();
    return parent == null ? "" : parent;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String parent = headers.get(HEADER);
    return parent == null || parent.length() > LONGEST
        ? next.startCall(call, headers)
        : Contexts.interceptCall(Context.current().withValue(PARENT, parent), call, headers, next);
  }
}
