package dev.acceld.agent.status.html;

import dev.acceld.text.OneLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes HTML, SVG in it included, as UTF-8. Names of elements and attributes are the program's
 * own; every text and every value of an attribute is escaped, and characters that control a line or
 * turn the direction of writing are shown as escapes, so that nothing that others wrote is markup
 * or changes what stands beside it. Not safe for threads.
 */
public final class Html {
  private static final byte[][] ESCAPES = new byte['>' + 1][];

  static {
    ESCAPES['&'] = bytes("&amp;");
    ESCAPES['<'] = bytes("&lt;");
    ESCAPES['>'] = bytes("&gt;");
    ESCAPES['"'] = bytes("&quot;");
    ESCAPES['\''] = bytes("&#39;");
  }

  private final Deque<String> open = new ArrayDeque<>();
  private byte[] out;
  private int length;

  /** An empty document. */
  public Html() {
    this(16 * 1024);
  }

  /**
   * An empty document.
   *
   * @param bytes about so many will be written
   */
  public Html(int bytes) {
    out = new byte[bytes];
    put("<!doctype html>\n");
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; one whose value is null is left out
   */
  public Html open(String element, @Nullable String... attributes) {
    tag(element, attributes);
    open.push(element);
    return this;
  }

  /** Ends the element that was begun last. */
  public Html close() {
    put("</");
    put(open.pop());
    put(">");
    return this;
  }

  /** An element that has no end. */
  public Html empty(String element, @Nullable String... attributes) {
    tag(element, attributes);
    return this;
  }

  /** An element with a text. */
  public Html text(String element, String text, @Nullable String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** A text. */
  public Html text(String text) {
    escaped(text);
    return this;
  }

  /** A line break in the source, for people who read it. */
  public Html line() {
    put("\n");
    return this;
  }

  private void tag(String element, @Nullable String... attributes) {
    put("<");
    put(element);
    for (int i = 0; i + 1 < attributes.length; i += 2) {
      String value = attributes[i + 1];
      if (value != null) {
        put(" ");
        put(String.valueOf(attributes[i]));
        put("=\"");
        escaped(value);
        put("\"");
      }
    }
    put(">");
  }

  private void escaped(String text) {
    room(6 * text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        others(OneLine.of(text.substring(i)));
        return;
      }
      ascii(c);
    }
  }

  private void ascii(char c) {
    byte[] escape = c < ESCAPES.length ? ESCAPES[c] : null;
    if (escape != null) {
      put(escape);
    } else {
      room(1);
      out[length++] = (byte) c;
    }
  }

  /** Text with characters that are not ASCII, or were not. */
  private void others(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= '~') {
        ascii(c);
        continue;
      }
      int next = i + 1;
      while (next < text.length() && text.charAt(next) > '~') {
        next++;
      }
      put(text.substring(i, next).getBytes(StandardCharsets.UTF_8)); // pairs stay together
      i = next - 1;
    }
  }

  /** Text of the program's own, ASCII. */
  @SuppressWarnings("deprecation") // it takes ASCII as it is, which this is
  private void put(String own) {
    room(own.length());
    own.getBytes(0, own.length(), out, length);
    length += own.length();
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void room(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(length + more, out.length + out.length / 2));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The document; all elements must have been ended. */
  public byte[] bytes() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not ended: " + open);
    }
    return Arrays.copyOf(out, length);
  }

  /** The document as text, for tests. */
  @Override
  public String toString() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
