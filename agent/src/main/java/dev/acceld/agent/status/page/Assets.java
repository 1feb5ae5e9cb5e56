package dev.acceld.agent.status.page;

import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stylesheet, script and icon, below a path that names their content: whoever has them may keep
 * them for good, and another version of the agent has another path.
 */
final class Assets implements Endpoint {
  private static final Map<String, String> TYPES =
      Map.of(
          "status.css",
          "text/css; charset=utf-8",
          "status.js",
          "text/javascript; charset=utf-8",
          "icon.svg",
          "image/svg+xml");

  private final Map<String, byte[]> files = new TreeMap<>();
  private final String folder;

  Assets() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : new TreeMap<>(TYPES).keySet()) {
        byte[] content = read(name);
        files.put(name, content);
        digest.update(content);
      }
      folder = "assets/" + HexFormat.of().formatHex(digest.digest(), 0, 8) + "/";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("/status/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the agent was built without /status/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path of one, from the root. */
  String path(String name) {
    return folder + name;
  }

  @Override
  public Reply get(Request request) {
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    byte[] content = files.get(name);
    String type = TYPES.get(name);
    if (content == null || type == null || !request.path().equals("/" + path(name))) {
      return Reply.text(404, "not found; reload the page: the agent has another version\n");
    }
    return new Reply(200, type, content)
        .with(
            Map.of(
                "Cache-Control",
                "private, max-age=31536000, immutable",
                "X-Content-Type-Options",
                "nosniff",
                "Content-Security-Policy",
                Layout.POLICY));
  }
}
