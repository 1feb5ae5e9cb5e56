package dev.acceld.workload;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How labels of pods are called in Prometheus: {@code label_} and the key, as elsewhere. */
public final class LabelNames {
  /** More than these make series that nobody reads. */
  public static final int MOST = 20;

  private static final Pattern KEY =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  private LabelNames() {}

  /** The name of one. */
  public static String of(String key) {
    return "label_" + key.replaceAll("[^A-Za-z0-9_]", "_");
  }

  /**
   * Checks keys.
   *
   * @throws IllegalArgumentException when one is no key of a label, two would have one name, or
   *     there are too many; the message says which and what to do
   */
  public static void check(List<String> keys) {
    Map<String, String> byName = new TreeMap<>();
    for (String key : keys) {
      if (!KEY.matcher(key).matches()) {
        throw new IllegalArgumentException("'" + key + "' must be the key of a label");
      }
      String before = byName.put(of(key), key);
      if (before != null) {
        throw new IllegalArgumentException(
            "'" + before + "' and '" + key + "' are the same label of a series: remove one");
      }
    }
    if (keys.size() > MOST) {
      throw new IllegalArgumentException(
          "has " + keys.size() + " keys; there may be " + MOST + " at most");
    }
  }
}
