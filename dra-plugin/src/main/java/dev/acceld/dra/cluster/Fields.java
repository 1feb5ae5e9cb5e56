package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/** Walks objects and arrays of a token stream; {@code null} stands for an empty one. */
final class Fields {
  private Fields() {}

  /** Stands on a field's value and consumes it whole. */
  @FunctionalInterface
  interface FieldVisitor {
    void visit(String field, JsonParser value) throws IOException;
  }

  /** Stands on an item and consumes it whole. */
  @FunctionalInterface
  interface ItemVisitor {
    void visit(JsonParser value) throws IOException;
  }

  /** Visits each field of the object at which the parser stands. */
  static void each(JsonParser p, FieldVisitor visitor) throws IOException {
    if (!begins(p, JsonToken.START_OBJECT)) {
      return;
    }
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      String field = p.currentName();
      p.nextToken();
      visitor.visit(field, p);
    }
  }

  /** Visits each item of the array at which the parser stands. */
  static void items(JsonParser p, ItemVisitor visitor) throws IOException {
    if (!begins(p, JsonToken.START_ARRAY)) {
      return;
    }
    while (p.nextToken() != JsonToken.END_ARRAY && p.currentToken() != null) {
      visitor.visit(p);
    }
  }

  /** Consumes the value at which the parser stands; empty when it is anything but a text. */
  static Optional<String> text(JsonParser p) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_STRING) {
      return Optional.of(p.getText());
    }
    p.skipChildren();
    return Optional.empty();
  }

  private static boolean begins(JsonParser p, JsonToken expected) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_NULL) {
      return false;
    }
    if (p.currentToken() != expected) {
      throw new IOException(
          "at '"
              + p.currentName()
              + "': expected "
              + expected.name().toLowerCase(java.util.Locale.ROOT));
    }
    return true;
  }
}
