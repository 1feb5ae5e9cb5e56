package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodContainers;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.dra.cluster.ResourceSlice;
import dev.acceld.vendor.PodFacts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An API server that holds claims, and can be told to fail or to dawdle. */
final class FakeCluster implements ClusterApi {
  final Map<String, ResourceClaim> claims = new ConcurrentHashMap<>();
  final Map<String, String> pods = new ConcurrentHashMap<>();
  final Map<String, Pod> objects = new ConcurrentHashMap<>();
  final AtomicInteger podGets = new AtomicInteger();
  final AtomicInteger gets = new AtomicInteger();
  volatile @Nullable Reason failure;
  volatile @Nullable Reason podFailure;
  volatile Runnable beforeGet = () -> {};

  /** A claim of pod {@code ns/pod-<name>}, each device allocated for request {@code r}. */
  ClaimRef allocate(String name, String uid, String... devices) {
    return allocate(
        name, uid, List.of(devices).stream().map(d -> result("r", d)).toList(), List.of());
  }

  ClaimRef allocate(String name, String uid, List<Result> results, List<OpaqueConfig> config) {
    ClaimRef ref = new ClaimRef("ns", name, uid);
    claims.put(
        "ns/" + name,
        new ResourceClaim(
            ref,
            Optional.empty(),
            Optional.of(new Allocation(results, config)),
            List.of(new PodRef("ns", "pod-" + name, "pod-uid-" + name)),
            Map.of()));
    return ref;
  }

  /** A pod that the API server has, whose containers use claims. */
  void pod(PodRef ref, Container... containers) {
    pods.put(ref.path(), ref.uid());
    objects.put(
        ref.path(),
        new Pod(
            ref,
            Optional.empty(),
            new PodFacts(ref.path(), Optional.empty(), Optional.empty(), Map.of(), Map.of()),
            new PodContainers(ref.uid(), List.of(containers))));
  }

  static Result result(String request, String device) {
    return new Result(request, Node.DRIVER, Node.NAME, device, false, Optional.empty());
  }

  @Override
  public ResourceClaim getClaim(String namespace, String name, Duration timeout)
      throws ClusterException {
    gets.incrementAndGet();
    beforeGet.run();
    Reason why = failure;
    if (why != null) {
      throw new ClusterException(why, "GET claim " + namespace + "/" + name + ": " + why);
    }
    ResourceClaim claim = claims.get(namespace + "/" + name);
    if (claim == null) {
      throw new ClusterException(Reason.NOT_FOUND, "no claim " + namespace + "/" + name);
    }
    return claim;
  }

  @Override
  public String nodeUid(String nodeName) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, String> nodeLabels(String nodeName) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SliceList listSlices(String driver, String nodeName) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ResourceSlice createSlice(ResourceSlice slice, String nodeUid) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ResourceSlice tryCreateSlice(ResourceSlice slice, String nodeUid) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ResourceSlice updateSlice(ResourceSlice slice, String nodeUid) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void deleteSlice(ResourceSlice slice) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Watch watchSlices(
      String driver, String nodeName, String fromVersion, SliceObserver observer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long slicesInCluster() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void eachSliceOfNode(
      String nodeName,
      java.util.function.Consumer<com.fasterxml.jackson.databind.JsonNode> slices) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<PodTimes> podTimes(PodRef pod) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> podAddress(PodRef pod) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> podUid(String namespace, String name) throws ClusterException {
    Reason why = podFailure;
    if (why != null) {
      throw new ClusterException(why, "GET pod " + namespace + "/" + name + ": " + why);
    }
    return Optional.ofNullable(pods.get(namespace + "/" + name));
  }

  @Override
  public Pod getPod(String namespace, String name, Duration timeout) throws ClusterException {
    podGets.incrementAndGet();
    Reason why = podFailure;
    if (why != null) {
      throw new ClusterException(why, "GET pod " + namespace + "/" + name + ": " + why);
    }
    Pod pod = objects.get(namespace + "/" + name);
    if (pod == null) {
      throw new ClusterException(Reason.NOT_FOUND, "no pod " + namespace + "/" + name);
    }
    return pod;
  }

  @Override
  public void close() {}
}
