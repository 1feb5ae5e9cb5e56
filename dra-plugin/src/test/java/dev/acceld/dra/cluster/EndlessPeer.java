package dev.acceld.dra.cluster;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers with JSON that begins well and does not end. */
final class EndlessPeer implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer http;

  EndlessPeer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    http.setExecutor(threads);
    http.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("{\"metadata\":{\"uid\":\"u\"},\"spec\":[0".getBytes(StandardCharsets.UTF_8));
            byte[] more = ",0".repeat(8192).getBytes(StandardCharsets.UTF_8);
            while (true) {
              out.write(more);
            }
          }
        });
    http.start();
  }

  Path writeKubeconfig(Path file) throws IOException {
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        contexts: [{name: c, context: {cluster: c}}]
        current-context: c
        """
            .formatted(http.getAddress().getPort()));
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
