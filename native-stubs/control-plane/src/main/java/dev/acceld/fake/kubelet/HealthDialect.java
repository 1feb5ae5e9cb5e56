package dev.acceld.fake.kubelet;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Opens the health stream of a plugin, in one version of the service. */
final class HealthDialect {
  private HealthDialect() {}

  /**
   * Returns at once; every list goes to {@code lists}, the end of the stream to {@code ended}.
   *
   * @param version {@code v1.DRAResourceHealth} or {@code v1alpha1.DRAResourceHealth}
   */
  static void watch(
      Channel channel,
      String version,
      String driver,
      Consumer<List<ReportedHealth>> lists,
      Consumer<String> ended) {
    switch (version) {
      case "v1.DRAResourceHealth" ->
          watch(
              channel,
              dev.acceld.kubelet.proto.health.v1.DRAResourceHealthGrpc
                  .getNodeWatchResourcesMethod(),
              dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesRequest.getDefaultInstance(),
              list -> lists.accept(v1(driver, list)),
              ended);
      case "v1alpha1.DRAResourceHealth" ->
          watch(
              channel,
              dev.acceld.kubelet.proto.health.v1alpha1.DRAResourceHealthGrpc
                  .getNodeWatchResourcesMethod(),
              dev.acceld.kubelet.proto.health.v1alpha1.NodeWatchResourcesRequest
                  .getDefaultInstance(),
              list -> lists.accept(v1alpha1(driver, list)),
              ended);
      default -> throw new IllegalArgumentException("no health service " + version);
    }
  }

  private static <Q, R> void watch(
      Channel channel,
      MethodDescriptor<Q, R> method,
      Q request,
      Consumer<R> lists,
      Consumer<String> ended) {
    ClientCalls.asyncServerStreamingCall(
        channel.newCall(method, CallOptions.DEFAULT),
        request,
        new StreamObserver<R>() {
          @Override
          public void onNext(R list) {
            lists.accept(list);
          }

          @Override
          public void onError(Throwable error) {
            ended.accept(error.toString());
          }

          @Override
          public void onCompleted() {
            ended.accept("the driver ended it");
          }
        });
  }

  private static List<ReportedHealth> v1(
      String driver, dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesResponse list) {
    return list.getDevicesList().stream()
        .map(one ->
            new ReportedHealth(
                driver,
                one.getDevice().getPoolName(),
                one.getDevice().getDeviceName(),
                state(one.getHealthValue()),
                one.getMessage(),
                Instant.now()))
        .toList();
  }

  private static List<ReportedHealth> v1alpha1(
      String driver, dev.acceld.kubelet.proto.health.v1alpha1.NodeWatchResourcesResponse list) {
    return list.getDevicesList().stream()
        .map(one ->
            new ReportedHealth(
                driver,
                one.getDevice().getPoolName(),
                one.getDevice().getDeviceName(),
                state(one.getHealthValue()),
                one.getMessage(),
                Instant.now()))
        .toList();
  }

  private static ReportedHealth.State state(int wire) {
    return switch (wire) {
      case 1 -> ReportedHealth.State.HEALTHY;
      case 2 -> ReportedHealth.State.UNHEALTHY;
      default -> ReportedHealth.State.UNKNOWN;
    };
  }
}
