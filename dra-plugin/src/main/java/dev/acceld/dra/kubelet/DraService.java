package dev.acceld.dra.kubelet;

import dev.acceld.dra.kubelet.KubeletPluginObserver.Call;
import dev.acceld.kubelet.proto.dra.v1.Claim;
import dev.acceld.kubelet.proto.dra.v1.DRAPluginGrpc;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourcesRequest;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourcesResponse;
import dev.acceld.kubelet.proto.dra.v1.NodeUnprepareResourcesRequest;
import dev.acceld.kubelet.proto.dra.v1.NodeUnprepareResourcesResponse;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/**
 * {@code DRAPlugin}. The messages of v1 and v1beta1 are the same on the wire but for the share id,
 * so that one set of classes serves both ({@link ServiceAlias}).
 */
final class DraService extends DRAPluginGrpc.DRAPluginImplBase {
  /** The older name of the service, with one field less. */
  static final String V1BETA1 = "k8s.io.kubelet.pkg.apis.dra.v1beta1.DRAPlugin";

  private final ClaimCalls calls;
  private final boolean withShareIds;
  private final KubeletPluginObserver observer;

  DraService(ClaimCalls calls, boolean withShareIds, KubeletPluginObserver observer) {
    this.calls = calls;
    this.withShareIds = withShareIds;
    this.observer = observer;
  }

  @Override
  public void nodePrepareResources(
      NodePrepareResourcesRequest request, StreamObserver<NodePrepareResourcesResponse> answer) {
    Context context = Context.current();
    long begin = System.nanoTime();
    String trace = TraceContext.current();
    if (!trace.isEmpty()) {
      observer.traced(request.getClaimsList().stream().map(Claim::getUid).toList(), trace);
    }
    NodePrepareResourcesResponse response =
        calls.prepare(request.getClaimsList(), context::isCancelled, withShareIds);
    send(answer, response);
    int failed = 0;
    for (var one : response.getClaimsMap().values()) {
      failed += one.getError().isEmpty() ? 0 : 1;
    }
    report(Call.PREPARE, response.getClaimsCount(), failed, begin, context);
  }

  @Override
  public void nodeUnprepareResources(
      NodeUnprepareResourcesRequest request,
      StreamObserver<NodeUnprepareResourcesResponse> answer) {
    Context context = Context.current();
    long begin = System.nanoTime();
    NodeUnprepareResourcesResponse response =
        calls.unprepare(request.getClaimsList(), context::isCancelled);
    send(answer, response);
    int failed = 0;
    for (var one : response.getClaimsMap().values()) {
      failed += one.getError().isEmpty() ? 0 : 1;
    }
    report(Call.UNPREPARE, response.getClaimsCount(), failed, begin, context);
  }

  private static <T> void send(StreamObserver<T> answer, T response) {
    // With a cancel handler set, an answer that nobody wants any more is dropped, not thrown.
    ((ServerCallStreamObserver<T>) answer).setOnCancelHandler(() -> {});
    answer.onNext(response);
    answer.onCompleted();
  }

  private void report(Call call, int claims, int failed, long begin, Context context) {
    if (claims > 0) {
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      observer.answered(call, claims, failed, took, context.isCancelled());
    }
  }
}
