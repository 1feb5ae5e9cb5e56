package dev.acceld.telemetry.text;

import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Label sets as they are written. Most of them are the same objects from scrape to scrape, so they
 * are encoded once, not for each sample. On one thread at a time.
 */
public final class LabelTexts {
  private static final int ROOM = 1000;

  private final Map<Labels, Text> byObject = new IdentityHashMap<>();
  private final Map<Labels, Text> byContent = new HashMap<>();
  private int firstSize;

  /** An encoded label set; the same object for equal sets. */
  public static final class Text {
    final byte[] bytes;
    private long stamp;

    private Text(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Whether it has not been stamped with that number, which it is now. */
    public boolean isNewFor(long number) {
      boolean first = stamp != number;
      stamp = number;
      return first;
    }
  }

  /** The set, encoded. */
  public Text of(Labels labels) {
    Text known = byObject.get(labels);
    if (known == null) {
      known = byContent.computeIfAbsent(labels, l -> new Text(encoded(l)));
      byObject.put(labels, known);
    }
    return known;
  }

  /** Forgets what has piled up; after each scrape. */
  public void trim() {
    if (firstSize == 0) {
      firstSize = byObject.size();
    } else if (byObject.size() > 2 * firstSize + ROOM) {
      byObject.clear();
      byContent.clear();
      firstSize = 0;
    }
  }

  private static byte[] encoded(Labels labels) {
    if (labels.isEmpty()) {
      return new byte[0];
    }
    StringBuilder out = new StringBuilder(64 * labels.size());
    for (int i = 0; i < labels.size(); i++) {
      out.append(i == 0 ? '{' : ',').append(labels.getPrometheusName(i)).append("=\"");
      escape(labels.getValue(i), true, out);
      out.append('"');
    }
    return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Backslash and line feed, and quotation marks if wanted. */
  static void escape(String text, boolean quotes, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        out.append("\\\\");
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '"' && quotes) {
        out.append("\\\"");
      } else {
        out.append(c);
      }
    }
  }
}
