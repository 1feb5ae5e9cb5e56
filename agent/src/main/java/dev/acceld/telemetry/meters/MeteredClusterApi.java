package dev.acceld.telemetry.meters;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceSlice;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures each request and changes none. */
final class MeteredClusterApi implements ClusterApi {
  private static final String CLAIMS = "resourceclaims";
  private static final String SLICES = "resourceslices";

  private final ClusterApi api;
  private final ApiMeters meters;

  MeteredClusterApi(ClusterApi api, ApiMeters meters) {
    this.api = api;
    this.meters = meters;
  }

  @Override
  public ResourceClaim getClaim(String namespace, String name, Duration timeout)
      throws ClusterException {
    return measured("get", CLAIMS, () -> api.getClaim(namespace, name, timeout));
  }

  @Override
  public String nodeUid(String nodeName) throws ClusterException {
    return measured("get", "nodes", () -> api.nodeUid(nodeName));
  }

  @Override
  public Map<String, String> nodeLabels(String nodeName) throws ClusterException {
    return measured("get", "nodes", () -> api.nodeLabels(nodeName));
  }

  @Override
  public SliceList listSlices(String driver, String nodeName) throws ClusterException {
    return measured("list", SLICES, () -> api.listSlices(driver, nodeName));
  }

  @Override
  public ResourceSlice createSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    return measured("create", SLICES, () -> api.createSlice(slice, nodeUid));
  }

  @Override
  public ResourceSlice tryCreateSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    return measured("create", SLICES, () -> api.tryCreateSlice(slice, nodeUid));
  }

  @Override
  public ResourceSlice updateSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    return measured("update", SLICES, () -> api.updateSlice(slice, nodeUid));
  }

  @Override
  public void deleteSlice(ResourceSlice slice) throws ClusterException {
    measured(
        "delete",
        SLICES,
        () -> {
          api.deleteSlice(slice);
          return true;
        });
  }

  @Override
  public Watch watchSlices(
      String driver, String nodeName, String fromVersion, SliceObserver observer)
      throws ClusterException {
    return measured(
        "watch", SLICES, () -> api.watchSlices(driver, nodeName, fromVersion, observer));
  }

  @Override
  public long slicesInCluster() throws ClusterException {
    return measured("list", SLICES, api::slicesInCluster);
  }

  @Override
  public void eachSliceOfNode(String nodeName, Consumer<JsonNode> slices) throws ClusterException {
    measured(
        "list",
        SLICES,
        () -> {
          api.eachSliceOfNode(nodeName, slices);
          return true;
        });
  }

  @Override
  public Optional<String> podAddress(PodRef pod) throws ClusterException {
    return measured("get", "pods", () -> api.podAddress(pod));
  }

  @Override
  public Optional<PodTimes> podTimes(PodRef pod) throws ClusterException {
    return measured("get", "pods", () -> api.podTimes(pod));
  }

  @Override
  public Optional<String> podUid(String namespace, String name) throws ClusterException {
    return measured("get", "pods", () -> api.podUid(namespace, name));
  }

  @Override
  public Pod getPod(String namespace, String name, Duration timeout) throws ClusterException {
    return measured("get", "pods", () -> api.getPod(namespace, name, timeout));
  }

  @Override
  public void close() {
    api.close();
  }

  private <T> T measured(String verb, String resource, ApiMeters.Request<T> request)
      throws ClusterException {
    return meters.measured(verb, resource, request);
  }
}
