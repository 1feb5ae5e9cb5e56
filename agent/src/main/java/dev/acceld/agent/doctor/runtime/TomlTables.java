package dev.acceld.agent.doctor.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The little of TOML that runtimes' settings need: tables, and keys whose values are a string, a
 * boolean or an array of strings. Everything else is passed over. A table's name is told with dots
 * and without quotes, {@code plugins.io.containerd.grpc.v1.cri}; keys before the first table are in
 * the table with the empty name.
 */
final class TomlTables {
  private final Map<String, Map<String, Object>> tables = new LinkedHashMap<>();
  private String table = "";

  private TomlTables() {}

  /** Keys and values by table, in the order of the file. */
  static Map<String, Map<String, Object>> read(String text) {
    TomlTables toml = new TomlTables();
    StringBuilder statement = new StringBuilder();
    int open = 0;
    for (String line : text.lines().toList()) {
      String content = withoutComment(line);
      statement.append(content).append('\n');
      open += opened(content);
      if (open <= 0) { // else an array goes on
        toml.statement(statement.toString().strip());
        statement.setLength(0);
        open = 0;
      }
    }
    return toml.tables;
  }

  private void statement(String s) {
    if (s.startsWith("[")) {
      table = name(s.replace("[", "").replace("]", ""));
      tables.computeIfAbsent(table, t -> new LinkedHashMap<>());
      return;
    }
    int equals = unquoted(s, '=');
    if (equals > 0) {
      String key = name(s.substring(0, equals));
      Object value = value(s.substring(equals + 1).strip());
      if (value != null) {
        // A dotted key is a key in a table below.
        int dot = key.lastIndexOf('.');
        String in =
            dot < 0
                ? table
                : table.isEmpty() ? key.substring(0, dot) : table + "." + key.substring(0, dot);
        tables.computeIfAbsent(in, t -> new LinkedHashMap<>()).put(key.substring(dot + 1), value);
      }
    }
  }

  private static String name(String quoted) {
    return quoted.replace("\"", "").replace("'", "").replaceAll("\\s", "");
  }

  private static @Nullable Object value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    if (text.startsWith("[")) {
      List<String> items = new ArrayList<>();
      int from = 1;
      while (true) {
        int open = from;
        while (open < text.length() && text.charAt(open) != '"' && text.charAt(open) != '\'') {
          open++;
        }
        int close = open >= text.length() ? -1 : text.indexOf(text.charAt(open), open + 1);
        if (close < 0) {
          return items;
        }
        items.add(text.substring(open + 1, close));
        from = close + 1;
      }
    }
    return text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"))
        ? text.substring(1, text.length() - 1)
        : null;
  }

  private static String withoutComment(String line) {
    int at = unquoted(line, '#');
    return at < 0 ? line : line.substring(0, at);
  }

  /** How many brackets more than it closes a line opens; a string ends with its line. */
  private static int opened(String line) {
    int open = 0;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else {
        open += c == '[' ? 1 : c == ']' ? -1 : 0;
      }
    }
    return open;
  }

  private static int unquoted(String s, char wanted) {
    char quote = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == wanted) {
        return i;
      }
    }
    return -1;
  }
}
