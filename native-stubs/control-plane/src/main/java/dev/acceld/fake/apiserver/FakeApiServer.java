package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A small API server in memory that speaks the real protocol on the loopback, with or without TLS,
 * for the objects that a node agent deals with: nodes, pods, ResourceClaims and ResourceSlices.
 * Users reach it by the kubeconfig that it writes. Nothing is authenticated.
 */
public final class FakeApiServer implements AutoCloseable {
  static {
    // Without it each answer waits for the peer's delayed acknowledgement, 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final ObjectMapper mapper = new ObjectMapper();
  private final ApiServerFaults faults = new ApiServerFaults();
  private final RequestLog requests = new RequestLog();
  private final ObjectStore store;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private FakeApiServer(int port, @Nullable SSLContext tls) throws IOException {
    store = new ObjectStore(mapper, faults);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    if (tls == null) {
      http = HttpServer.create(address, 64);
    } else {
      HttpsServer https = HttpsServer.create(address, 64);
      https.setHttpsConfigurator(new HttpsConfigurator(tls));
      http = https;
    }
    http.setExecutor(threads);
    http.createContext("/", new ApiHandler(mapper, store, faults, requests));
  }

  /** Starts one on a free port. */
  public static FakeApiServer start() throws IOException {
    return start(0);
  }

  /** Starts one on that port; 0 takes a free one. */
  public static FakeApiServer start(int port) throws IOException {
    return start(port, null);
  }

  /** Starts one that speaks TLS with these keys; 0 takes a free port. */
  public static FakeApiServer start(int port, @Nullable SSLContext tls) throws IOException {
    FakeApiServer server = new FakeApiServer(port, tls);
    server.http.start();
    return server;
  }

  /** Its address. */
  public URI url() {
    InetSocketAddress a = http.getAddress();
    String scheme = http instanceof HttpsServer ? "https://" : "http://";
    return URI.create(scheme + a.getAddress().getHostAddress() + ":" + a.getPort());
  }

  /** Writes a kubeconfig for its users and returns the path given. */
  public Path writeKubeconfig(Path file) throws IOException {
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: fake, cluster: {server: "%s"}}]
        users: [{name: fake, user: {token: fake}}]
        contexts: [{name: fake, context: {cluster: fake, user: fake}}]
        current-context: fake
        """
            .formatted(url()));
    return file;
  }

  /** What can be made to go wrong. */
  public ApiServerFaults faults() {
    return faults;
  }

  /** What was asked for. */
  public RequestLog requests() {
    return requests;
  }

  /** Adds a Node of that name; returns its UID. */
  public String addNode(String name) {
    ObjectNode node = mapper.createObjectNode();
    node.withObject("metadata").put("name", name);
    return create(ApiKind.NODES, "", node).path("metadata").path("uid").asText();
  }

  /** Adds a pod on a node that uses that claim; returns its UID. */
  public String addPod(String namespace, String name, String node, String claim) {
    ObjectNode pod = mapper.createObjectNode();
    pod.withObject("metadata").put("name", name);
    ObjectNode spec = pod.withObject("spec");
    spec.put("nodeName", node);
    spec.withArray("containers").addObject().put("name", "main").put("image", "none");
    spec.withArray("resourceClaims")
        .addObject()
        .put("name", "devices")
        .put("resourceClaimName", claim);
    return create(ApiKind.PODS, namespace, pod).path("metadata").path("uid").asText();
  }

  /** Adds a claim that nothing is allocated to yet; returns its UID. */
  public String addClaim(String namespace, String name, Map<String, String> annotations) {
    ObjectNode claim = mapper.createObjectNode();
    ObjectNode meta = claim.withObject("metadata").put("name", name);
    annotations.forEach((k, v) -> meta.withObject("annotations").put(k, v));
    claim
        .withObject("spec")
        .withObject("devices")
        .withArray("requests")
        .addObject()
        .put("name", "r");
    return create(ApiKind.CLAIMS, namespace, claim).path("metadata").path("uid").asText();
  }

  /** Stores an object as if somebody had created it; returns it as stored. */
  public ObjectNode create(ApiKind kind, String namespace, ObjectNode object) {
    try {
      return store.create(kind, namespace, object);
    } catch (ApiRefusalException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Replaces an object whatever its version; returns it as stored. */
  public ObjectNode replace(ApiKind kind, String namespace, ObjectNode object) {
    try {
      ObjectNode copy = object.deepCopy();
      copy.withObject("metadata").remove("resourceVersion");
      return store.replace(kind, namespace, copy);
    } catch (ApiRefusalException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** A copy of the object, if there is one. */
  public Optional<ObjectNode> find(ApiKind kind, String namespace, String name) {
    return store.find(kind, namespace, name);
  }

  /** Copies of all objects of a kind, by namespace and name. */
  public List<ObjectNode> all(ApiKind kind) {
    return store.list(kind, "", o -> true);
  }

  /** Deletes an object; false when there was none. */
  public boolean delete(ApiKind kind, String namespace, String name) {
    try {
      store.delete(kind, namespace, name, "");
      return true;
    } catch (ApiRefusalException e) {
      return false;
    }
  }

  /** Deletes the slices of a driver on a node, as the kubelet does when it starts. */
  public void wipeSlices(String driver, String node) {
    for (ObjectNode slice : all(ApiKind.SLICES)) {
      if (slice.path("spec").path("driver").asText().equals(driver)
          && slice.path("spec").path("nodeName").asText().equals(node)) {
        delete(ApiKind.SLICES, "", slice.path("metadata").path("name").asText());
      }
    }
  }

  /** Forgets the history: watches from an older version get 410, and running ones end. */
  public void compact() {
    store.compact();
  }

  /** Ends all running watches, as a server does that goes away. */
  public void cutWatches() {
    store.cutWatches();
  }

  /** Stops at once; connections are cut. */
  @Override
  public void close() {
    store.cutWatches();
    http.stop(0);
    threads.shutdownNow();
  }
}
