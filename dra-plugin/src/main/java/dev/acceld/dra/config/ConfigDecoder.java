package dev.acceld.dra.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.InvalidConfigException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads opaque parameters of the kinds that the vendors of this node understand. Strict, since an
 * author counts on every word. Safe for all threads.
 */
public final class ConfigDecoder {
  private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*)'");

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final List<ConfigKind> kinds;

  /** Of those kinds. */
  public ConfigDecoder(List<ConfigKind> kinds) {
    this.kinds = List.copyOf(kinds);
  }

  /**
   * Reads one entry.
   *
   * @throws InvalidConfigException with the JSON path of what is wrong
   */
  public DeviceConfig decode(String parameters) throws InvalidConfigException {
    StrictObject top = new StrictObject("$", parse(parameters));
    ConfigKind kind = kind(top.text("apiVersion"), top.text("kind"));
    AccessOptions options = kind.read(top);
    top.end();
    return new DeviceConfig(kind, options);
  }

  private ConfigKind kind(String group, String kind) throws InvalidConfigException {
    for (ConfigKind known : kinds) {
      if (known.group().equals(group) && known.kind().equals(kind)) {
        return known;
      }
    }
    boolean isGroupKnown = kinds.stream().anyMatch(known -> known.group().equals(group));
    throw new InvalidConfigException(
        isGroupKnown ? "$.kind" : "$.apiVersion",
        "'" + group + "', kind '" + kind + "', is not known; " + known());
  }

  private String known() {
    return kinds.isEmpty()
        ? "the devices of this node take no configuration"
        : "known are "
            + kinds.stream()
                .map(kind -> kind.kind() + " of " + kind.group())
                .collect(Collectors.joining(", "));
  }

  private static JsonNode parse(String parameters) throws InvalidConfigException {
    try {
      @Nullable JsonNode json = JSON.readTree(parameters);
      if (json == null || json.isMissingNode()) {
        throw new InvalidConfigException("$", "is empty");
      }
      return json;
    } catch (JsonProcessingException e) {
      Matcher twice = TWICE.matcher(e.getOriginalMessage());
      throw new InvalidConfigException(
          "$",
          twice.find()
              ? "the member '" + twice.group(1) + "' is there twice; remove one"
              : "is not one JSON object"
                  + (e.getLocation() == null
                      ? ""
                      : " (line "
                          + e.getLocation().getLineNr()
                          + ", column "
                          + e.getLocation().getColumnNr()
                          + ")"));
    }
  }
}
