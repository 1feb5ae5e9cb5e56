package dev.acceld.dra.cluster;

import static dev.acceld.dra.cluster.ApiRequest.encode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.CappedStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link ClusterApi} over {@link ApiHttp}. A thread is held only while a watch runs. */
final class HttpClusterApi implements ClusterApi {
  /** All containers of such a pod have ended for good. */
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private static final String SLICES = "/apis/resource.k8s.io/v1/resourceslices";
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** The slices of one driver on one node. */
  private static final long ONE_LIST = 4 * CappedStream.ONE_OBJECT;

  /** No text that is wanted of an answer is that long: the API server limits all of them. */
  private static final int LONGEST_TEXT = 1 << 20;

  private final ApiHttp http;
  private final Duration timeout;
  private final JsonFactory json =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
          .build();
  private final ObjectMapper mapper = new ObjectMapper(json);
  private final Set<SliceWatch> watches = ConcurrentHashMap.newKeySet();

  HttpClusterApi(ApiHttp http) {
    this(http, TIMEOUT);
  }

  /**
   * @param timeout for each call that has none of its own, and until a watch stands
   */
  HttpClusterApi(ApiHttp http, Duration timeout) {
    this.http = http;
    this.timeout = timeout;
  }

  @Override
  public ResourceClaim getClaim(String namespace, String name, Duration attempt)
      throws ClusterException {
    ApiRequest call = new ApiRequest("get", "resourceclaims", namespace, name);
    String path =
        "/apis/resource.k8s.io/v1/namespaces/"
            + encode(namespace)
            + "/resourceclaims/"
            + encode(name);
    return call.send(
        http,
        new ApiHttp.Request("GET", path, null, attempt),
        CappedStream.ONE_OBJECT,
        in -> ClaimJson.read(json, in));
  }

  @Override
  public String nodeUid(String nodeName) throws ClusterException {
    ApiRequest call = new ApiRequest("get", "nodes", "", nodeName);
    try {
      return seen(call, "/api/v1/nodes/" + encode(nodeName)).uid();
    } catch (ClusterException e) {
      if (e.reason() == ClusterException.Reason.NOT_FOUND) {
        throw new ClusterException(
            e.reason(), e.getMessage() + "; --node-name must be the name of the Node object", e);
      }
      throw e;
    }
  }

  @Override
  public Map<String, String> nodeLabels(String nodeName) throws ClusterException {
    ApiRequest call = new ApiRequest("get", "nodes", "", nodeName);
    return seen(call, "/api/v1/nodes/" + encode(nodeName)).labels();
  }

  @Override
  public SliceList listSlices(String driver, String nodeName) throws ClusterException {
    ApiRequest call =
        new ApiRequest(
            "list", "resourceslices", "", "of driver " + driver + " on node " + nodeName);
    String path = SLICES + "?" + selector(driver, nodeName);
    List<ResourceSlice> slices = new ArrayList<>();
    JsonNode meta =
        call.send(
            http,
            new ApiHttp.Request("GET", path, null, timeout),
            ONE_LIST,
            in -> ListJson.read(mapper, in, item -> slices.add(SliceReader.read(item))));
    return new SliceList(slices, meta.path("resourceVersion").asText());
  }

  @Override
  public ResourceSlice createSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    ApiRequest call = new ApiRequest("create", "resourceslices", "", slice.name());
    return SliceReader.read(read(call, "POST", SLICES, SliceJson.write(json, slice, nodeUid)));
  }

  @Override
  public ResourceSlice tryCreateSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    ApiRequest call = new ApiRequest("create", "resourceslices", "", slice.name() + " (dry run)");
    byte[] body = SliceJson.write(json, slice, nodeUid);
    return SliceReader.read(read(call, "POST", SLICES + "?dryRun=All", body));
  }

  @Override
  public ResourceSlice updateSlice(ResourceSlice slice, String nodeUid) throws ClusterException {
    ApiRequest call = new ApiRequest("update", "resourceslices", "", slice.name());
    String path = SLICES + "/" + encode(slice.name());
    return SliceReader.read(read(call, "PUT", path, SliceJson.write(json, slice, nodeUid)));
  }

  @Override
  public void deleteSlice(ResourceSlice slice) throws ClusterException {
    ApiRequest call = new ApiRequest("delete", "resourceslices", "", slice.name());
    String options =
        "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"preconditions\":{\"uid\":\""
            + slice.uid()
            + "\"}}";
    try {
      read(
          call,
          "DELETE",
          SLICES + "/" + encode(slice.name()),
          options.getBytes(StandardCharsets.UTF_8));
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
    ApiRequest call =
        new ApiRequest(
            "watch", "resourceslices", "", "of driver " + driver + " on node " + nodeName);
    SliceWatch watch =
        new SliceWatch(http, mapper, call, path, timeout, fromVersion, observer, watches::remove);
    watches.add(watch);
    watch.start();
    return watch;
  }

  @Override
  public long slicesInCluster() throws ClusterException {
    ApiRequest call = new ApiRequest("list", "resourceslices", "", "of all nodes");
    JsonNode page = read(call, "GET", SLICES + "?limit=1", null);
    return page.path("items").size() + page.at("/metadata/remainingItemCount").asLong();
  }

  @Override
  public void eachSliceOfNode(String nodeName, Consumer<JsonNode> slices) throws ClusterException {
    ApiRequest call = new ApiRequest("list", "resourceslices", "", "on node " + nodeName);
    String path =
        SLICES + "?resourceVersion=0&fieldSelector=" + encode("spec.nodeName=" + nodeName);
    call.send(
        http,
        new ApiHttp.Request("GET", path, null, timeout),
        ONE_LIST,
        in -> ListJson.read(mapper, in, slices));
  }

  @Override
  public Optional<String> podAddress(PodRef pod) throws ClusterException {
    return running(pod.namespace(), pod.name())
        .filter(now -> pod.uid().isEmpty() || pod.uid().equals(now.uid()))
        .map(Seen::podIp)
        .filter(address -> !address.isEmpty());
  }

  private static String podPath(String namespace, String name) {
    return "/api/v1/namespaces/" + encode(namespace) + "/pods/" + encode(name);
  }

  @Override
  public Optional<String> podUid(String namespace, String name) throws ClusterException {
    return running(namespace, name).map(Seen::uid);
  }

  /** A pod that exists and has not ended. */
  private Optional<Seen> running(String namespace, String name) throws ClusterException {
    ApiRequest call = new ApiRequest("get", "pods", namespace, name);
    try {
      return Optional.of(seen(call, podPath(namespace, name)))
          .filter(pod -> !ENDED.contains(pod.phase()));
    } catch (ClusterException e) {
      if (e.reason() == ClusterException.Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Optional<PodTimes> podTimes(PodRef pod) throws ClusterException {
    ApiRequest call = new ApiRequest("get", "pods", pod.namespace(), pod.name());
    try {
      PodTimes times =
          call.send(
              http,
              new ApiHttp.Request("GET", podPath(pod.namespace(), pod.name()), null, timeout),
              CappedStream.ONE_OBJECT,
              in -> PodTimes.read(json, in));
      return Optional.of(times).filter(now -> pod.uid().isEmpty() || pod.uid().equals(now.uid()));
    } catch (ClusterException e) {
      if (e.reason() == ClusterException.Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Pod getPod(String namespace, String name, Duration attempt) throws ClusterException {
    ApiRequest call = new ApiRequest("get", "pods", namespace, name);
    return call.send(
        http,
        new ApiHttp.Request("GET", podPath(namespace, name), null, attempt),
        CappedStream.ONE_OBJECT,
        in -> PodJson.read(json, in));
  }

  @Override
  public void close() {
    watches.forEach(SliceWatch::close);
  }

  /** What is wanted of an object; a Node may be large. */
  private record Seen(String uid, String phase, String podIp, Map<String, String> labels) {}

  private Seen seen(ApiRequest call, String path) throws ClusterException {
    return call.send(
        http,
        new ApiHttp.Request("GET", path, null, timeout),
        CappedStream.ONE_OBJECT,
        in -> {
          String[] uid = {""};
          String[] phase = {""};
          String[] podIp = {""};
          Map<String, String> labels = new HashMap<>();
          try (JsonParser p = json.createParser(in)) {
            p.nextToken();
            Fields.each(
                p,
                (field, q) -> {
                  switch (field) {
                    case "metadata" ->
                        Fields.each(
                            q,
                            (key, r) -> {
                              if (key.equals("labels")) {
                                Fields.each(
                                    r,
                                    (label, v) ->
                                        Fields.text(v).ifPresent(text -> labels.put(label, text)));
                              } else {
                                take(key, "uid", r, uid);
                              }
                            });
                    case "status" ->
                        Fields.each(
                            q,
                            (key, r) -> {
                              if (key.equals("podIP")) {
                                take(key, "podIP", r, podIp);
                              } else {
                                take(key, "phase", r, phase);
                              }
                            });
                    default -> q.skipChildren();
                  }
                });
          }
          return new Seen(uid[0], phase[0], podIp[0], labels);
        });
  }

  private static void take(String key, String wanted, JsonParser value, String[] into)
      throws IOException {
    if (key.equals(wanted)) {
      into[0] = Fields.text(value).orElse("");
    } else {
      value.skipChildren();
    }
  }

  private JsonNode read(ApiRequest call, String method, String path, byte @Nullable [] body)
      throws ClusterException {
    return call.send(
        http,
        new ApiHttp.Request(method, path, body, timeout),
        CappedStream.ONE_OBJECT,
        in -> {
          JsonNode object = mapper.readTree(in);
          if (object == null || !object.isObject()) {
            throw new IOException("it is not a JSON object");
          }
          return object;
        });
  }

  private static String selector(String driver, String nodeName) {
    return "fieldSelector=" + encode("spec.driver=" + driver + ",spec.nodeName=" + nodeName);
  }
}
