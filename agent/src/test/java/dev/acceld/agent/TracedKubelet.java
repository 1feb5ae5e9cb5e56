package dev.acceld.agent;

import dev.acceld.fake.ClaimId;
import dev.acceld.kubelet.proto.dra.v1.Claim;
import dev.acceld.kubelet.proto.dra.v1.DRAPluginGrpc;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourcesRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A kubelet whose tracing is on: its calls have a {@code traceparent}. */
final class TracedKubelet {
  private TracedKubelet() {}

  /** The error of each claim by its UID; empty for a success. */
  static Map<String, String> prepare(Path socket, String traceparent, ClaimId claim) {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .usePlaintext()
            .overrideAuthority("localhost")
            .build();
    try {
      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceparent);
      var answer =
          DRAPluginGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .nodePrepareResources(
                  NodePrepareResourcesRequest.newBuilder()
                      .addClaims(
                          Claim.newBuilder()
                              .setNamespace(claim.namespace())
                              .setName(claim.name())
                              .setUid(claim.uid()))
                      .build());
      Map<String, String> errors = new TreeMap<>();
      answer.getClaimsMap().forEach((uid, one) -> errors.put(uid, one.getError()));
      return errors;
    } finally {
      channel.shutdownNow();
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
