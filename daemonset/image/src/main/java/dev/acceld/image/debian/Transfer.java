package dev.acceld.image.debian;

import dev.acceld.tools.Run;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A way to get a file from an address. */
@FunctionalInterface
public interface Transfer {
  /**
   * Fetches into a file.
   *
   * @throws IOException it is not there, or the way to it is closed
   */
  void fetch(String address, Path file) throws IOException;

  /**
   * apt's own downloader where there is one, because it knows this machine's proxies; else plain
   * HTTP.
   */
  static Transfer ofThisMachine() {
    Path helper = Path.of("/usr/lib/apt/apt-helper");
    return Files.isExecutable(helper)
        ? (address, file) -> {
          if (Run.of(helper.toString(), "download-file", address, file.toString())
              .tryOutput()
              .isEmpty()) {
            throw new IOException("apt cannot fetch it");
          }
        }
        : http();
  }

  /** Plain HTTP or HTTPS. */
  static Transfer http() {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    return (address, file) -> {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofMinutes(10)).build();
        int status = client.send(request, HttpResponse.BodyHandlers.ofFile(file)).statusCode();
        if (status != 200) {
          throw new IOException("HTTP status " + status);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    };
  }
}
