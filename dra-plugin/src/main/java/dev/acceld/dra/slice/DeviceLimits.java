package dev.acceld.dra.slice;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API server's rules for one device ({@code resource.k8s.io/v1}, types.go and validation of
 * 1.37): it refuses the whole slice for one mistake, so the offending entry is left out here, with
 * one warning each.
 */
final class DeviceLimits {
  /** Attributes and capacities together. */
  static final int MAX_ENTRIES = 32;

  private static final Logger log = LoggerFactory.getLogger(DeviceLimits.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,31}");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** The pattern that semver.org suggests. */
  private static final Pattern SEMVER =
      Pattern.compile(
          "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
              + "(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
              + "(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");

  private final String driver;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  DeviceLimits(String driver) {
    this.driver = driver;
  }

  /** The device without whatever the API server would refuse. */
  SliceDevice keep(SliceDevice device) {
    String name = device.name();
    Map<String, Capacity> capacity = new HashMap<>();
    Map<String, AttributeValue> attributes = new HashMap<>();
    // Capacities first: a request by memory matters more than the last of many attributes.
    for (Map.Entry<String, Capacity> e : new TreeMap<>(device.capacity()).entrySet()) {
      Optional<String> fault = name(e.getKey(), device.capacity().keySet());
      add(
          name,
          "capacity",
          e.getKey(),
          fault,
          capacity.size(),
          () -> capacity.put(e.getKey(), e.getValue()));
    }
    for (Map.Entry<String, AttributeValue> e : byWeight(device.attributes()).entrySet()) {
      Optional<String> fault =
          name(e.getKey(), device.attributes().keySet()).or(() -> value(e.getValue()));
      int so = capacity.size() + attributes.size();
      add(name, "attribute", e.getKey(), fault, so, () -> attributes.put(e.getKey(), e.getValue()));
    }
    return new SliceDevice(name, attributes, capacity, device.taints(), device.consumes());
  }

  private void add(
      String device, String what, String key, Optional<String> fault, int already, Runnable put) {
    Optional<String> why =
        already < MAX_ENTRIES
            ? fault
            : Optional.of("a device may have " + MAX_ENTRIES + " entries");
    if (why.isEmpty()) {
      put.run();
    } else if (warned.add(device + " " + what + " " + key)) {
      log.warn("device {}: {} {} is not published: {}", device, what, key, why.get());
    }
  }

  /** Every device class tests the type: it is the last to be given up. */
  private static Map<String, AttributeValue> byWeight(Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> ordered =
        new TreeMap<>(
            Comparator.comparing((String key) -> !key.equals("type") && !key.equals("uuid"))
                .thenComparing(Comparator.naturalOrder()));
    ordered.putAll(attributes);
    return ordered;
  }

  private Optional<String> name(String key, Set<String> all) {
    int slash = key.indexOf('/');
    String id = key.substring(slash + 1);
    if (!ID.matcher(id).matches()) {
      return Optional.of("'" + id + "' is not an identifier of at most 32 letters, digits and '_'");
    }
    if (slash >= 0) {
      String domain = key.substring(0, slash);
      if (!DOMAIN.matcher(domain).matches()) {
        return Optional.of("'" + domain + "' is not a domain of at most 63 characters");
      }
      if (domain.equals(driver) && all.contains(id)) {
        return Optional.of("it exists without the domain too");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> value(AttributeValue value) {
    return switch (value) {
      case AttributeValue.IntValue _, AttributeValue.BoolValue _ -> Optional.empty();
      case AttributeValue.StringValue(String text) -> tooLong(text);
      case AttributeValue.VersionValue(String text) ->
          SEMVER.matcher(text).matches()
              ? tooLong(text)
              : Optional.of("'" + text + "' is not semver 2.0.0");
    };
  }

  private static Optional<String> tooLong(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes <= 64
        ? Optional.empty()
        : Optional.of("its value has " + bytes + " bytes, and at most 64 are allowed");
  }
}
