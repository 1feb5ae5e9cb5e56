package dev.acceld.fake.kubelet;

import dev.acceld.kubelet.proto.podresources.v1.AllocatableResourcesRequest;
import dev.acceld.kubelet.proto.podresources.v1.AllocatableResourcesResponse;
import dev.acceld.kubelet.proto.podresources.v1.CDIDevice;
import dev.acceld.kubelet.proto.podresources.v1.ClaimResource;
import dev.acceld.kubelet.proto.podresources.v1.ContainerDevices;
import dev.acceld.kubelet.proto.podresources.v1.ContainerResources;
import dev.acceld.kubelet.proto.podresources.v1.DynamicResource;
import dev.acceld.kubelet.proto.podresources.v1.ListPodResourcesRequest;
import dev.acceld.kubelet.proto.podresources.v1.ListPodResourcesResponse;
import dev.acceld.kubelet.proto.podresources.v1.PodResources;
import dev.acceld.kubelet.proto.podresources.v1.PodResourcesListerGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The kubelet's pod-resources socket. */
final class PodResourcesServer implements AutoCloseable {

  /**
   * A pod with its claims and what they gave it.
   *
   * @param containers those that refer to all its claims
   * @param given what device plugins gave it
   */
  record HeldPod(
      String namespace,
      String name,
      List<HeldClaim> claims,
      List<String> containers,
      List<GivenDevices> given) {}

  /** Devices that a container has from a device plugin. */
  record GivenDevices(String container, String resource, List<String> ids) {}

  /** A claim in use by a pod. */
  record HeldClaim(
      String driver, String namespace, String name, List<PrepareAnswer.AnsweredDevice> devices) {}

  // Kept, or java.util.logging forgets the level. It tells at every start that there is no epoll.
  private static final Logger TCP_METRICS = Logger.getLogger("io.grpc.netty.TcpMetrics");

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Server server;

  PodResourcesServer(
      Path kubeletDir, Supplier<List<HeldPod>> pods, Supplier<Map<String, List<String>>> plugins)
      throws IOException {
    Path socket = kubeletDir.resolve("pod-resources").resolve("kubelet.sock");
    Files.createDirectories(kubeletDir.resolve("pod-resources"));
    Files.deleteIfExists(socket);
    TCP_METRICS.setLevel(Level.WARNING);
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .directExecutor()
            .addService(new Lister(pods, plugins))
            .build()
            .start();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the pod-resources server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private static final class Lister extends PodResourcesListerGrpc.PodResourcesListerImplBase {
    private final Supplier<List<HeldPod>> pods;
    private final Supplier<Map<String, List<String>>> plugins;

    Lister(Supplier<List<HeldPod>> pods, Supplier<Map<String, List<String>>> plugins) {
      this.pods = pods;
      this.plugins = plugins;
    }

    /** One entry for each device, as the real one. */
    @Override
    public void getAllocatableResources(
        AllocatableResourcesRequest request, StreamObserver<AllocatableResourcesResponse> answer) {
      AllocatableResourcesResponse.Builder all = AllocatableResourcesResponse.newBuilder();
      plugins
          .get()
          .forEach((resource, ids) ->
              ids.forEach(id ->
                  all.addDevices(
                      ContainerDevices.newBuilder().setResourceName(resource).addDeviceIds(id))));
      answer.onNext(all.build());
      answer.onCompleted();
    }

    @Override
    public void list(
        ListPodResourcesRequest request, StreamObserver<ListPodResourcesResponse> answer) {
      ListPodResourcesResponse.Builder list = ListPodResourcesResponse.newBuilder();
      for (HeldPod pod : pods.get()) {
        PodResources.Builder shown =
            PodResources.newBuilder().setNamespace(pod.namespace()).setName(pod.name());
        for (String name : pod.containers()) {
          ContainerResources.Builder container = shown.addContainersBuilder().setName(name);
          pod.claims().forEach(claim -> container.addDynamicResources(resource(claim)));
        }
        for (GivenDevices given : pod.given()) {
          ContainerResources.Builder container =
              shown.addContainersBuilder().setName(given.container());
          given
              .ids()
              .forEach(id ->
                  container.addDevicesBuilder().setResourceName(given.resource()).addDeviceIds(id));
        }
        list.addPodResources(shown);
      }
      answer.onNext(list.build());
      answer.onCompleted();
    }

    private static DynamicResource resource(HeldClaim claim) {
      DynamicResource.Builder resource =
          DynamicResource.newBuilder()
              .setClaimNamespace(claim.namespace())
              .setClaimName(claim.name());
      for (PrepareAnswer.AnsweredDevice device : claim.devices()) {
        ClaimResource.Builder one =
            resource
                .addClaimResourcesBuilder()
                .setDriverName(claim.driver())
                .setPoolName(device.pool())
                .setDeviceName(device.device());
        device.cdiIds().forEach(id -> one.addCdiDevices(CDIDevice.newBuilder().setName(id)));
        device.shareId().ifPresent(one::setShareId);
      }
      return resource.build();
    }
  }
}
