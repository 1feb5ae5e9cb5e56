package dev.acceld.otlp;

import dev.acceld.otlp.metrics.HwAttributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.resources.ResourceBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who exports: the agent on its node. */
final class OtlpResource {
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");

  private OtlpResource() {}

  /**
   * With what the agent knows of itself; what OpenTelemetry's variables say takes precedence.
   *
   * @param found made from those variables
   */
  static Resource of(OtlpSettings settings, Resource found) {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("service.version", settings.version());
    own.put("service.instance.id", settings.instance());
    own.put("k8s.node.name", settings.nodeName());
    own.put("host.name", settings.nodeName());
    own.put("acceld.driver.name", settings.driverName());
    ResourceBuilder all = found.toBuilder().setSchemaUrl(HwAttributes.SCHEMA_URL);
    String service = found.getAttribute(SERVICE);
    if (service == null || service.startsWith("unknown_service")) {
      all.put(SERVICE, "acceld");
    }
    own.forEach((key, value) -> {
      if (found.getAttribute(AttributeKey.stringKey(key)) == null) {
        all.put(key, value);
      }
    });
    return all.build();
  }
}
