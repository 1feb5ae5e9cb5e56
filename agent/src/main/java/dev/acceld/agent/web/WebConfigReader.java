package dev.acceld.agent.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.acceld.machine.description.YamlProblem;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a web configuration file in the format of Prometheus' exporter toolkit, and the files that
 * it names. What is unknown, or not supported, is refused by name: a member that was silently left
 * out might be the one that keeps strangers away.
 */
final class WebConfigReader {
  private static final long MOST_BYTES = 1 << 20;
  private static final String USERS = "basic_auth_users";
  private static final Set<String> TOP =
      ordered("tls_server_config", "http_server_config", USERS, "rate_limit");
  private static final Set<String> HTTP = ordered("http2", "headers");
  private static final Set<String> RATE = ordered("interval", "burst");

  /** The headers that may be set, with the values that are allowed; none: any. */
  private static final Map<String, List<String>> HEADERS =
      Map.of(
          "Content-Security-Policy", List.of(),
          "Strict-Transport-Security", List.of(),
          "X-Content-Type-Options", List.of("nosniff"),
          "X-Frame-Options", List.of("deny", "sameorigin"),
          "X-XSS-Protection", List.of());

  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]+");
  private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
  private static final int LEAST_COST = 4;
  private static final int MOST_COST = 15;
  private static final Pattern DURATION =
      Pattern.compile("(?:\\d{1,9}(?:\\.\\d{1,9})?(?:ms|us|s|m|h))+");
  private static final Pattern DURATION_PART =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|s|m|h)");

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

  private WebConfigReader() {}

  static Set<String> ordered(String... members) {
    return new LinkedHashSet<>(List.of(members));
  }

  /**
   * Reads it all; may block on a disk.
   *
   * @throws WebConfigException naming the file, the member and the remedy
   */
  static WebConfig read(Path path) throws WebConfigException {
    String file = "web configuration file " + path;
    Members top = new Members(file, "", tree(file, path), TOP);
    return new WebConfig(
        TlsReader.read(path, top),
        users(top),
        headers(top.below("http_server_config", HTTP)),
        rate(top.below("rate_limit", RATE)));
  }

  private static JsonNode tree(String file, Path path) throws WebConfigException {
    try {
      return YAML.readTree(content(path));
    } catch (JsonProcessingException e) {
      throw new WebConfigException(file + YamlProblem.place(e) + ": " + YamlProblem.describe(e), e);
    } catch (IOException e) {
      throw new WebConfigException(file + " cannot be read: " + ErrorText.of(e), e);
    }
  }

  /** The text of a file that somebody has named; not of a disk by mistake. */
  static String content(Path path) throws IOException {
    if (Files.size(path) > MOST_BYTES) {
      throw new IOException(path + " is larger than 1 MiB");
    }
    return Files.readString(path);
  }

  private static Map<String, String> users(Members top) throws WebConfigException {
    Map<String, String> users = top.map(USERS);
    for (Map.Entry<String, String> user : users.entrySet()) {
      String member = USERS + "." + user.getKey();
      Matcher hash = BCRYPT.matcher(user.getValue());
      if (!hash.matches()) {
        throw top.wrong(
            member, "is not a bcrypt hash; make one with: htpasswd -nBC 10 \"\" | tr -d ':\\n'");
      }
      int cost = Integer.parseInt(hash.group(1));
      if (cost < LEAST_COST || cost > MOST_COST) {
        throw top.wrong(
            member,
            "has the cost "
                + cost
                + "; a check must end before a scrape does: use "
                + LEAST_COST
                + " to "
                + MOST_COST
                + ", 10 is usual");
      }
      if (user.getKey().contains(":")) {
        throw top.wrong(member, "contains a colon, which basic authentication cannot send");
      }
    }
    return Map.copyOf(users);
  }

  private static Map<String, String> headers(Members http) throws WebConfigException {
    if (http.flag("http2").orElse(false)) {
      throw http.wrong(
          "http2", "is true, but acceld serves HTTP/1.1 only; set it to false or leave it out");
    }
    Map<String, String> headers = http.map("headers");
    headers.values().removeIf(String::isEmpty);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      List<String> allowed = HEADERS.get(header.getKey());
      String member = "headers." + header.getKey();
      if (allowed == null) {
        throw http.wrong(
            member,
            "cannot be set; these can: "
                + String.join(", ", HEADERS.keySet().stream().sorted().toList()));
      }
      if (!allowed.isEmpty() && !allowed.contains(header.getValue())) {
        throw http.wrong(
            member, "is '" + header.getValue() + "'; use " + String.join(" or ", allowed));
      }
      if (!HEADER_VALUE.matcher(header.getValue()).matches()) {
        throw http.wrong(member, "must be one line of ASCII characters");
      }
    }
    return Map.copyOf(headers);
  }

  private static Optional<WebConfig.Rate> rate(Members limit) throws WebConfigException {
    String interval = limit.text("interval").orElse("0");
    String burst = limit.text("burst").orElse("0");
    Duration every = interval.equals("0") ? Duration.ZERO : duration(limit, interval);
    if (every.isZero()) {
      return Optional.empty();
    }
    if (!burst.matches("[1-9]\\d{0,8}")) {
      throw limit.wrong(
          "burst", "is '" + burst + "', so that every request would be refused; use 1 or more");
    }
    return Optional.of(new WebConfig.Rate(every, Integer.parseInt(burst)));
  }

  /** As Go writes durations: {@code 1m30s}. */
  private static Duration duration(Members limit, String text) throws WebConfigException {
    if (!DURATION.matcher(text).matches()) {
      throw limit.wrong("interval", "is '" + text + "'; use a number and a unit: 500ms, 1s, 1m30s");
    }
    double seconds = 0;
    Matcher part = DURATION_PART.matcher(text);
    while (part.find()) {
      double unit =
          switch (part.group(2)) {
            case "us" -> 1e-6;
            case "ms" -> 1e-3;
            case "s" -> 1;
            case "m" -> 60;
            default -> 3600;
          };
      seconds += Double.parseDouble(part.group(1)) * unit;
    }
    return Duration.ofNanos(Math.round(Math.min(seconds, 86_400) * 1e9));
  }
}
