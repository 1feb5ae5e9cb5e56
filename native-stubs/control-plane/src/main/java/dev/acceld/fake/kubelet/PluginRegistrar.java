package dev.acceld.fake.kubelet;

import dev.acceld.kubelet.proto.registration.InfoRequest;
import dev.acceld.kubelet.proto.registration.PluginInfo;
import dev.acceld.kubelet.proto.registration.RegistrationGrpc;
import dev.acceld.kubelet.proto.registration.RegistrationStatus;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The exchange on a registration socket; the connection is closed after it. */
final class PluginRegistrar {
  private static final int DIAL_SECONDS = 10;
  private static final int NOTIFY_SECONDS = 5;
  private static final int MAX_PATH_BYTES = 107;

  private final Path kubeletDir;
  private final KubeletOptions options;

  PluginRegistrar(Path kubeletDir, KubeletOptions options) {
    this.kubeletDir = kubeletDir;
    this.options = options;
  }

  /**
   * Asks who is there, takes it if it is acceptable, and tells it so.
   *
   * @param take takes the plugin in; what it throws is told to the plugin as a refusal
   * @throws IOException when there is nobody or nobody acceptable
   */
  void register(Path socket, Consumer<PluginRegistration> take) throws IOException {
    // As grpc-go does: the path itself, percent-encoded, becomes the authority.
    String authority = URLEncoder.encode(socket.toString(), StandardCharsets.UTF_8);
    ManagedChannel channel = UnixChannels.to(socket, authority);
    try {
      dial(channel, socket);
      var stub = RegistrationGrpc.newBlockingStub(channel);
      long begin = System.nanoTime();
      PluginInfo info =
          stub.withDeadlineAfter(options.getInfoDeadline().toMillis(), TimeUnit.MILLISECONDS)
              .getInfo(InfoRequest.getDefaultInstance());
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      RegistrationStatus.Builder status = RegistrationStatus.newBuilder();
      String refusal = "";
      try {
        take.accept(check(socket, info, took));
        status.setPluginRegistered(true);
      } catch (IllegalArgumentException e) {
        refusal = String.valueOf(e.getMessage());
        status.setError(refusal);
      }
      var _ =
          stub.withDeadlineAfter(NOTIFY_SECONDS, TimeUnit.SECONDS)
              .notifyRegistrationStatus(status.build());
      if (!refusal.isEmpty()) {
        throw new IOException(refusal);
      }
    } catch (io.grpc.StatusRuntimeException e) {
      throw new IOException("registration at " + socket + ": " + e.getStatus(), e);
    } finally {
      channel.shutdownNow();
    }
  }

  private PluginRegistration check(Path socket, PluginInfo info, Duration took) {
    if (!info.getType().equals("DRAPlugin") || options.versions().isEmpty()) {
      throw new IllegalArgumentException(
          "no handler registered for plugin type: " + info.getType() + " at socket " + socket);
    }
    Path endpoint = Path.of(info.getEndpoint());
    if (!endpoint.isAbsolute()
        || !endpoint.normalize().startsWith(kubeletDir)
        || info.getEndpoint().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      throw new IllegalArgumentException(
          "endpoint '" + info.getEndpoint() + "' is not a socket path below " + kubeletDir);
    }
    List<String> offered = info.getSupportedVersionsList();
    String version =
        offered.stream()
            .filter(options.versions()::contains)
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "none of the versions supported by the driver %s match those of the kubelet %s"
                        .formatted(offered, options.versions())));
    Optional<String> health =
        options.healthVersions().stream().filter(offered::contains).findFirst();
    return new PluginRegistration(
        info.getName(), socket, info.getEndpoint(), version, health, took);
  }

  /** Connecting has a limit of its own, so that GetInfo's second is GetInfo's alone. */
  private static void dial(ManagedChannel channel, Path socket) throws IOException {
    CountDownLatch ready = new CountDownLatch(1);
    await(channel, channel.getState(true), ready);
    try {
      if (!ready.await(DIAL_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("cannot dial " + socket + " within " + DIAL_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while dialling " + socket, e);
    }
  }

  private static void await(ManagedChannel channel, ConnectivityState state, CountDownLatch ready) {
    if (state == ConnectivityState.READY) {
      ready.countDown();
    } else if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, () -> await(channel, channel.getState(true), ready));
    }
  }
}
