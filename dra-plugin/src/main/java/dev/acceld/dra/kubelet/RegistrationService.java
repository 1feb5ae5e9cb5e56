package dev.acceld.dra.kubelet;

import dev.acceld.dra.kubelet.RegistrationStatus.State;
import dev.acceld.kubelet.proto.registration.InfoRequest;
import dev.acceld.kubelet.proto.registration.PluginInfo;
import dev.acceld.kubelet.proto.registration.RegistrationGrpc;
import dev.acceld.kubelet.proto.registration.RegistrationStatusResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the kubelet who we are, and keeps what it answers. */
final class RegistrationService extends RegistrationGrpc.RegistrationImplBase {
  private static final Logger log = LoggerFactory.getLogger(RegistrationService.class);

  /**
   * The kubelet takes the first entry that it knows: newest first. Kubelets before 1.37 do not read
   * the entries for health, and open the v1alpha1 stream anyway.
   */
  static final List<String> SUPPORTED_VERSIONS =
      List.of(
          "v1.DRAPlugin",
          "v1beta1.DRAPlugin",
          "v1.DRAResourceHealth",
          "v1alpha1.DRAResourceHealth");

  private final PluginInfo info;
  private final Consumer<Boolean> note;
  private final List<Consumer<RegistrationStatus>> listeners = new CopyOnWriteArrayList<>();
  private volatile RegistrationStatus status =
      new RegistrationStatus(State.WAITING, "", Instant.now());

  /**
   * @param note told whether we are registered before the kubelet gets its answer; must be quick,
   *     the kubelet waits 5 s
   */
  RegistrationService(KubeletSettings settings, SocketPaths sockets, Consumer<Boolean> note) {
    this.note = note;
    info =
        PluginInfo.newBuilder()
            .setType("DRAPlugin")
            .setName(settings.driverName())
            .setEndpoint(sockets.dra().toString())
            .addAllSupportedVersions(SUPPORTED_VERSIONS)
            .build();
  }

  RegistrationStatus status() {
    return status;
  }

  /** Starts as registered, because the kubelet told the process before this one. */
  void resume() {
    log.info("still registered with the kubelet as {} at {}", info.getName(), info.getEndpoint());
    accept(new RegistrationStatus(State.REGISTERED, "", Instant.now()));
  }

  void onStatus(Consumer<RegistrationStatus> listener) {
    listeners.add(listener);
  }

  @Override
  public void getInfo(InfoRequest request, StreamObserver<PluginInfo> observer) {
    observer.onNext(info);
    observer.onCompleted();
  }

  @Override
  public void notifyRegistrationStatus(
      dev.acceld.kubelet.proto.registration.RegistrationStatus said,
      StreamObserver<RegistrationStatusResponse> observer) {
    note.accept(said.getPluginRegistered());
    // The kubelet waits at most 5 s for this answer, the listeners may take longer.
    observer.onNext(RegistrationStatusResponse.getDefaultInstance());
    observer.onCompleted();
    RegistrationStatus now =
        new RegistrationStatus(
            said.getPluginRegistered() ? State.REGISTERED : State.REFUSED,
            said.getError(),
            Instant.now());
    if (now.registered()) {
      log.info("registered with the kubelet as {} at {}", info.getName(), info.getEndpoint());
    } else {
      log.warn("{} at {}: {}", info.getName(), info.getEndpoint(), now.refusal());
    }
    accept(now);
  }

  private void accept(RegistrationStatus now) {
    status = now;
    for (Consumer<RegistrationStatus> listener : listeners) {
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        log.error("a listener for the registration failed", e);
      }
    }
  }
}
