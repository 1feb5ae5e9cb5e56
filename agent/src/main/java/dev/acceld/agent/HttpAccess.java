package dev.acceld.agent;

import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.web.WebAccessSource;
import dev.acceld.agent.web.WebConfigException;
import dev.acceld.agent.web.WebConfigFile;
import java.nio.file.Path;
import java.util.Optional;

/** Who may use the HTTP port: everybody, or whoever the web configuration file lets in. */
record HttpAccess(Optional<WebConfigFile> file) implements AutoCloseable {

  /**
   * Reads the file, if there is one, and watches it.
   *
   * @throws ConfigException when it cannot be used
   */
  static HttpAccess of(Optional<Path> path) {
    if (path.isEmpty()) {
      return new HttpAccess(Optional.empty());
    }
    try {
      return new HttpAccess(Optional.of(WebConfigFile.open(path.get())));
    } catch (WebConfigException e) {
      throw new ConfigException(Setting.WEB_CONFIG_FILE.flag() + ": " + e.getMessage());
    }
  }

  WebAccessSource source() {
    return file.<WebAccessSource>map(f -> f).orElse(WebAccessSource.OPEN);
  }

  String scheme() {
    return source().now().tls().isPresent() ? "https" : "http";
  }

  /** Empty without a file. */
  Optional<Condition> condition() {
    return file.map(f ->
        Condition.advisory(
            "web-config", f.problem().isEmpty(), f.problem().orElseGet(f::sentence)));
  }

  @Override
  public void close() {
    file.ifPresent(WebConfigFile::close);
  }
}
