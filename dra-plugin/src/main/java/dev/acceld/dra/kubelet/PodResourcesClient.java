package dev.acceld.dra.kubelet;

import dev.acceld.dra.claim.ContainerUse;
import dev.acceld.dra.claim.PodHolders;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.kubelet.proto.podresources.v1.AllocatableResourcesRequest;
import dev.acceld.kubelet.proto.podresources.v1.AllocatableResourcesResponse;
import dev.acceld.kubelet.proto.podresources.v1.ContainerDevices;
import dev.acceld.kubelet.proto.podresources.v1.ContainerResources;
import dev.acceld.kubelet.proto.podresources.v1.DynamicResource;
import dev.acceld.kubelet.proto.podresources.v1.ListPodResourcesRequest;
import dev.acceld.kubelet.proto.podresources.v1.ListPodResourcesResponse;
import dev.acceld.kubelet.proto.podresources.v1.PodResources;
import dev.acceld.kubelet.proto.podresources.v1.PodResourcesListerGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kubelet's pod-resources socket the claims of the pods, and which devices device plugins
 * offer: local, no load on the API server. The kubelet allows 100 questions a second to all askers
 * together.
 *
 * <p>A claim that no application or restartable init container refers to does not show up here,
 * though the kubelet has it prepared: absence is no proof that the pod is gone.
 */
public final class PodResourcesClient implements PodHolders, AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final Path socket;
  private final KubeletTransport transport;
  private final Duration deadline;
  private @Nullable ManagedChannel channel;

  /** Connects at the first question. */
  public PodResourcesClient(Path kubeletDir, KubeletTransport transport) {
    this(kubeletDir, transport, DEADLINE);
  }

  PodResourcesClient(Path kubeletDir, KubeletTransport transport, Duration deadline) {
    this.socket = kubeletDir.resolve("pod-resources").resolve("kubelet.sock").toAbsolutePath();
    this.transport = transport;
    this.deadline = deadline;
  }

  @Override
  public Map<ClaimKey, Set<PodRef>> byClaim() throws IOException {
    return PodHolders.byClaim(containers());
  }

  /**
   * What the containers of this node have, one question for all: claims, and devices of device
   * plugins. Those that have neither are left out.
   *
   * @throws IOException when the kubelet does not answer: then nothing is known
   */
  public List<ContainerUse> containers() throws IOException {
    List<ContainerUse> all = new ArrayList<>();
    for (PodResources pod : list().getPodResourcesList()) {
      PodRef ref = new PodRef(pod.getNamespace(), pod.getName(), "");
      for (ContainerResources container : pod.getContainersList()) {
        Set<ClaimKey> claims = new LinkedHashSet<>();
        for (DynamicResource claim : container.getDynamicResourcesList()) {
          claims.add(new ClaimKey(claim.getClaimNamespace(), claim.getClaimName()));
        }
        Map<String, List<String>> devices = new HashMap<>();
        for (ContainerDevices given : container.getDevicesList()) {
          devices
              .computeIfAbsent(given.getResourceName(), name -> new ArrayList<>())
              .addAll(given.getDeviceIdsList());
        }
        if (!claims.isEmpty() || !devices.isEmpty()) {
          all.add(new ContainerUse(ref, container.getName(), claims, devices));
        }
      }
    }
    return all;
  }

  /**
   * How many devices each device plugin of this node offers, by resource name: {@code
   * nvidia.com/gpu}. Those of DRA drivers are not among them.
   *
   * @return empty when this kubelet does not tell
   */
  public Optional<Map<String, Integer>> devicePlugins() throws IOException {
    Optional<AllocatableResourcesResponse> answer =
        ask(
            PodResourcesListerGrpc.getGetAllocatableResourcesMethod(),
            AllocatableResourcesRequest.getDefaultInstance(),
            "devices of device plugins");
    return answer.map(all -> {
      Map<String, Integer> counts = new TreeMap<>();
      for (ContainerDevices devices : all.getDevicesList()) {
        counts.merge(devices.getResourceName(), devices.getDeviceIdsCount(), Integer::sum);
      }
      return counts;
    });
  }

  private ListPodResourcesResponse list() throws IOException {
    return ask(
            PodResourcesListerGrpc.getListMethod(),
            ListPodResourcesRequest.getDefaultInstance(),
            "the claims of the pods")
        .orElseThrow(() -> new IOException("the kubelet at " + socket + " does not support List"));
  }

  /**
   * Asks over the connection there is; when the kubelet was restarted meanwhile, over a new one.
   * Empty when the kubelet does not know the question.
   */
  private synchronized <Q, A> Optional<A> ask(
      MethodDescriptor<Q, A> method, Q question, String what) throws IOException {
    boolean reused = channel != null;
    try {
      try {
        return Optional.of(call(method, question));
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
          return Optional.empty();
        }
        disconnect();
        if (!reused || e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw e;
        }
        return Optional.of(call(method, question));
      }
    } catch (StatusRuntimeException e) {
      disconnect();
      throw new IOException(
          "the kubelet does not report " + what + " on " + socket + ": " + hint(e.getStatus()), e);
    }
  }

  private <Q, A> A call(MethodDescriptor<Q, A> method, Q question) {
    ManagedChannel open = channel;
    if (open == null) {
      open = transport.channel(socket, MAX_MESSAGE_BYTES);
      channel = open;
    }
    return ClientCalls.blockingUnaryCall(
        open,
        method,
        CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS),
        question);
  }

  private String hint(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          Files.exists(socket)
              ? "nothing listens there; check that the kubelet is running"
              : "no such socket; check that the kubelet is running and that --kubelet-dir is its"
                  + " --root-dir";
      case DEADLINE_EXCEEDED -> "no answer within " + deadline.toMillis() + " ms";
      case RESOURCE_EXHAUSTED ->
          "too many requests (the limit is 100 per second for all clients), or an answer larger"
              + " than "
              + (MAX_MESSAGE_BYTES >> 20)
              + " MiB: "
              + status.getDescription();
      default -> status.toString();
    };
  }

  private void disconnect() {
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
  }

  /** Closes the connection. */
  @Override
  public synchronized void close() {
    disconnect();
  }
}
