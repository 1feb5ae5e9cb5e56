package dev.acceld.device;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an attribute of a device may be, as in a ResourceSlice (scalars only). */
public sealed interface AttributeValue {

  /** A whole number. */
  record IntValue(long value) implements AttributeValue {}

  /** True or false. */
  record BoolValue(boolean value) implements AttributeValue {}

  /** Text of at most 64 bytes. */
  record StringValue(String value) implements AttributeValue {}

  /** A version in strict semver 2.0.0; {@link SemanticVersion} makes one from a vendor's text. */
  record VersionValue(String value) implements AttributeValue {}

  /** A whole number. */
  static AttributeValue of(long value) {
    return new IntValue(value);
  }

  /** True or false. */
  static AttributeValue of(boolean value) {
    return new BoolValue(value);
  }

  /** Text. */
  static AttributeValue of(String value) {
    return new StringValue(value);
  }

  /** The text of an attribute; empty for none and for any other kind. */
  static Optional<String> text(@Nullable AttributeValue value) {
    return value instanceof StringValue text ? Optional.of(text.value()) : Optional.empty();
  }

  /** A version that is already strict semver. */
  static AttributeValue version(String semver) {
    return new VersionValue(semver);
  }
}
