package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@link ClusterApi} over {@link ApiHttp}. A thread is held only while a watch runs. */
final class HttpClusterApi implements ClusterApi {
  private static final String SLICES = "/apis/resource.k8s.io/v1/resourceslices";
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final ApiHttp http;
  private final JsonFactory json = new JsonFactory();
  private final ObjectMapper mapper = new ObjectMapper(json);
  private final Set<SliceWatch> watches = ConcurrentHashMap.newKeySet();

  HttpClusterApi(ApiHttp http) {
    this.http = http;
  }

  @Override
  public ResourceClaim getClaim(String namespace, String name, Duration timeout)
      throws ClusterException {
    Call call = new Call("get", "resourceclaims", namespace, name);
    String path =
        "/apis/resource.k8s.io/v1/namespaces/"
            + encode(namespace)
            + "/resourceclaims/"
            + encode(name);
    byte[] body = call.send(http, "GET", path, null, timeout);
    try {
      return ClaimJson.read(json, body);
    } catch (IOException e) {
      throw call.unreadable(http, e);
    }
  }

  @Override
  public String nodeUid(String nodeName) throws ClusterException {
    Call call = new Call("get", "nodes", "", nodeName);
    try {
      return read(call, "GET", "/api/v1/nodes/" + encode(nodeName), null)
          .path("metadata")
          .path("uid")
          .asText();
    } catch (ClusterException e) {
      if (e.reason() == ClusterException.Reason.NOT_FOUND) {
        throw new ClusterException(
            e.reason(), e.getMessage() + "; --node-name must be the name of the Node object", e);
      }
      throw e;
    }
  }

  @Override
  public SliceList listSlices(String driver, String nodeName) throws ClusterException {
    Call call =
        new Call("list", "resourceslices", "", "of driver " + driver + " on node " + nodeName);
    JsonNode list = read(call, "GET", SLICES + "?" + selector(driver, nodeName), null);
    List<ResourceSlice> slices = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      slices.add(SliceReader.read(item));
    }
    return new SliceList(slices, list.path("metadata").path("resourceVersion").asText());
  }

  @Override
  public ResourceSlice createSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    Call call = new Call("create", "resourceslices", "", slice.name());
    return SliceReader.read(read(call, "POST", SLICES, SliceJson.write(json, slice, nodeUid)));
  }

  @Override
  public ResourceSlice tryCreateSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    Call call = new Call("create", "resourceslices", "", slice.name() + " (dry run)");
    byte[] body = SliceJson.write(json, slice, nodeUid);
    return SliceReader.read(read(call, "POST", SLICES + "?dryRun=All", body));
  }

  @Override
  public ResourceSlice updateSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    Call call = new Call("update", "resourceslices", "", slice.name());
    String path = SLICES + "/" + encode(slice.name());
    return SliceReader.read(read(call, "PUT", path, SliceJson.write(json, slice, nodeUid)));
  }

  @Override
  public void deleteSlice(ResourceSlice slice) throws ClusterException {
    Call call = new Call("delete", "resourceslices", "", slice.name());
    String options =
        "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"preconditions\":{\"uid\":\""
            + slice.uid()
            + "\"}}";
    try {
      call.send(
          http,
          "DELETE",
          SLICES + "/" + encode(slice.name()),
          options.getBytes(StandardCharsets.UTF_8),
          TIMEOUT);
    } catch (ClusterException e) {
      // 409: the name belongs to another object by now, ours is gone.
      if (e.reason() != ClusterException.Reason.NOT_FOUND
          && e.reason() != ClusterException.Reason.CONFLICT) {
        throw e;
      }
    }
  }

  @Override
  public Watch watchSlices(
      String driver, String nodeName, String fromVersion, SliceObserver observer) {
    String path = SLICES + "?watch=true&allowWatchBookmarks=true&" + selector(driver, nodeName);
    Call call =
        new Call("watch", "resourceslices", "", "of driver " + driver + " on node " + nodeName);
    SliceWatch watch =
        new SliceWatch(http, mapper, call, path, fromVersion, observer, watches::remove);
    watches.add(watch);
    watch.start();
    return watch;
  }

  @Override
  public Optional<String> podUid(String namespace, String name) throws ClusterException {
    Call call = new Call("get", "pods", namespace, name);
    try {
      String path = "/api/v1/namespaces/" + encode(namespace) + "/pods/" + encode(name);
      return Optional.of(read(call, "GET", path, null).path("metadata").path("uid").asText());
    } catch (ClusterException e) {
      if (e.reason() == ClusterException.Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    watches.forEach(SliceWatch::close);
  }

  private JsonNode read(Call call, String method, String path, byte @Nullable [] body)
      throws ClusterException {
    byte[] answer = call.send(http, method, path, body, TIMEOUT);
    try {
      JsonNode object = mapper.readTree(answer);
      if (object == null || !object.isObject()) {
        throw new IOException("it is no JSON object");
      }
      return object;
    } catch (IOException e) {
      throw call.unreadable(http, e);
    }
  }

  private static String selector(String driver, String nodeName) {
    return "fieldSelector=" + encode("spec.driver=" + driver + ",spec.nodeName=" + nodeName);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
