package dev.acceld.dra.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.dra.config.DeviceConfig.Target;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads opaque parameters. Two groups are understood: our own, and that of NVIDIA's driver, so that
 * claims which were written for it go on working. Strict, since an author counts on every word.
 */
public final class ConfigDecoder {
  /** Our own group and version for GPUs; here and nowhere else. */
  public static final String GPU_GROUP = "gpu.acceld.dev/v1alpha1";

  /** The group and version of NVIDIA's DRA driver. */
  public static final String NVIDIA_GROUP = "resource.nvidia.com/v1beta1";

  private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*)'");

  private static final String KNOWN =
      "known are GpuConfig of "
          + GPU_GROUP
          + ", and GpuConfig and MigDeviceConfig of "
          + NVIDIA_GROUP;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ConfigDecoder() {}

  /**
   * Reads one entry.
   *
   * @throws InvalidConfigException with the JSON path of what is wrong
   */
  public static DeviceConfig decode(String parameters) throws InvalidConfigException {
    StrictObject top = new StrictObject("$", parse(parameters));
    String group = top.text("apiVersion");
    String kind = top.text("kind");
    DeviceConfig config =
        switch (group + " " + kind) {
          case GPU_GROUP + " GpuConfig" -> gpu(top);
          case NVIDIA_GROUP + " GpuConfig" -> nvidia(top, kind, Target.WHOLE_GPU);
          case NVIDIA_GROUP + " MigDeviceConfig" -> nvidia(top, kind, Target.MIG);
          default ->
              throw new InvalidConfigException(
                  group.equals(GPU_GROUP) || group.equals(NVIDIA_GROUP) ? "$.kind" : "$.apiVersion",
                  "'" + group + "', kind '" + kind + "', is not known; " + KNOWN);
        };
    top.end();
    return config;
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
              ? "the field '" + twice.group(1) + "' occurs twice; remove one"
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

  private static DeviceConfig gpu(StrictObject top) throws InvalidConfigException {
    Optional<JsonNode> capabilities = top.member("driverCapabilities");
    Optional<Set<DriverCapability>> wanted =
        capabilities.isEmpty()
            ? Optional.empty()
            : Optional.of(capabilities(top.path("driverCapabilities"), capabilities.get()));
    noSharing(top);
    return new DeviceConfig("GpuConfig", Target.GPU, new AccessOptions(wanted));
  }

  private static DeviceConfig nvidia(StrictObject top, String kind, Target target)
      throws InvalidConfigException {
    noSharing(top);
    return new DeviceConfig(kind, target, AccessOptions.DEFAULT);
  }

  private static void noSharing(StrictObject top) throws InvalidConfigException {
    if (top.member("sharing").isPresent()) {
      throw new InvalidConfigException(
          top.path("sharing"),
          "this driver does not support sharing yet (neither time-slicing nor MPS); omit it:"
              + " containers with the same claim share the device by the hardware's default"
              + " time-slicing");
    }
  }

  private static Set<DriverCapability> capabilities(String path, JsonNode json)
      throws InvalidConfigException {
    if (!json.isArray()) {
      throw new InvalidConfigException(
          path, "must be a list of strings, not " + StrictObject.kind(json));
    }
    Set<DriverCapability> wanted = EnumSet.noneOf(DriverCapability.class);
    for (int i = 0; i < json.size(); i++) {
      String at = path + "[" + i + "]";
      String word = StrictObject.text(at, json.get(i));
      if (word.equals("all")) {
        wanted.addAll(DriverCapability.ALL);
        continue;
      }
      DriverCapability capability =
          DriverCapability.of(word)
              .orElseThrow(() ->
                  new InvalidConfigException(
                      at,
                      "'"
                          + word
                          + "' is not known; known are "
                          + DriverCapability.ids()
                          + ", all"));
      if (!wanted.add(capability)) {
        throw new InvalidConfigException(at, "'" + word + "' occurs twice");
      }
    }
    if (wanted.isEmpty()) {
      throw new InvalidConfigException(
          path, "must not be empty; omit it to use the node's default");
    }
    return wanted;
  }
}
