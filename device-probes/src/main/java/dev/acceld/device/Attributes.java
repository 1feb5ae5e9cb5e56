package dev.acceld.device;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Collects the attributes of a device, so that the API server takes all of them. What is not known
 * is left out. Not safe for threads.
 */
public final class Attributes {
  /** Of a text (API reference of resource.k8s.io/v1, DeviceAttribute). */
  private static final int MOST_BYTES = 64;

  private final Map<String, AttributeValue> all = new HashMap<>();

  /** None so far. */
  public Attributes() {}

  /** A text, as ASCII and no longer than allowed; drivers and servers may say anything. */
  public void text(String name, String value) {
    String ascii = value.replaceAll("[^\\x20-\\x7e]", "?");
    all.put(
        name,
        AttributeValue.of(ascii.length() > MOST_BYTES ? ascii.substring(0, MOST_BYTES) : ascii));
  }

  /** A text that may not be known. */
  public void text(String name, Optional<String> value) {
    value.ifPresent(known -> text(name, known));
  }

  /** A whole number. */
  public void number(String name, int value) {
    all.put(name, AttributeValue.of(value));
  }

  /** A whole number that may not be known. */
  public void number(String name, OptionalInt value) {
    value.ifPresent(known -> number(name, known));
  }

  /** True or false. */
  public void flag(String name, boolean value) {
    all.put(name, AttributeValue.of(value));
  }

  /** True or false, if it is known. */
  public void flag(String name, Optional<Boolean> value) {
    value.ifPresent(known -> flag(name, known));
  }

  /** A version; left out when it is none. */
  public void version(String name, String value) {
    SemanticVersion.normalise(value)
        .ifPresent(semver -> all.put(name, AttributeValue.version(semver)));
  }

  /** A version that may not be known. */
  public void version(String name, Optional<String> value) {
    value.ifPresent(known -> version(name, known));
  }

  /** By name; not to be changed any more. */
  public Map<String, AttributeValue> build() {
    return Map.copyOf(all);
  }
}
