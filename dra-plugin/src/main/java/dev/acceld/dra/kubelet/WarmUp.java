package dev.acceld.dra.kubelet;

import dev.acceld.kubelet.proto.dra.v1.DRAPluginGrpc;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourcesRequest;
import dev.acceld.kubelet.proto.dra.v1.NodeUnprepareResourcesRequest;
import dev.acceld.kubelet.proto.health.v1.DRAResourceHealthGrpc;
import dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesRequest;
import dev.acceld.kubelet.proto.registration.InfoRequest;
import dev.acceld.kubelet.proto.registration.RegistrationGrpc;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls every service of ours once, over the socket, before the kubelet can: its GetInfo waits one
 * second, and a JVM's first call has hundreds of classes to load.
 */
final class WarmUp {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
  private static final long DEADLINE_SECONDS = 10;
  private static final int MAX_MESSAGE_BYTES = 4 << 20;

  private WarmUp() {}

  /**
   * Blocks for a fraction of a second, seldom more; failure is logged and costs the warmth only.
   */
  static void run(KubeletTransport transport, Path draSocket) {
    ManagedChannel channel = transport.channel(draSocket, MAX_MESSAGE_BYTES);
    try {
      CallOptions options =
          CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
      ClientCalls.blockingUnaryCall(
          channel, RegistrationGrpc.getGetInfoMethod(), options, InfoRequest.getDefaultInstance());
      var prepare = DRAPluginGrpc.getNodePrepareResourcesMethod();
      var unprepare = DRAPluginGrpc.getNodeUnprepareResourcesMethod();
      var noPrepare = NodePrepareResourcesRequest.getDefaultInstance();
      var noUnprepare = NodeUnprepareResourcesRequest.getDefaultInstance();
      ClientCalls.blockingUnaryCall(channel, prepare, options, noPrepare);
      ClientCalls.blockingUnaryCall(channel, unprepare, options, noUnprepare);
      ClientCalls.blockingUnaryCall(
          channel, ServiceAlias.method(DraService.V1BETA1, prepare), options, noPrepare);
      firstHealth(channel, options);
    } catch (StatusRuntimeException e) {
      log.warn("could not warm up {}: {}", draSocket, e.getStatus());
    } finally {
      channel.shutdownNow();
    }
  }

  private static void firstHealth(ManagedChannel channel, CallOptions options) {
    Context.CancellableContext context = Context.current().withCancellation();
    try {
      context.run(() ->
          ClientCalls.blockingServerStreamingCall(
                  channel,
                  DRAResourceHealthGrpc.getNodeWatchResourcesMethod(),
                  options,
                  NodeWatchResourcesRequest.getDefaultInstance())
              .next());
    } finally {
      context.cancel(null);
    }
  }
}
