package dev.acceld.agent.cli.top;

import dev.acceld.agent.cli.Output;
import dev.acceld.agent.cli.top.page.View;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a correct {@code acceld top}, read without picocli. Whatever it does not know, be
 * it {@code --help}, is left to picocli.
 */
final class TopArguments {
  private static final Set<String> SWITCHES = Set.of("--once", "--ascii");
  private static final Set<String> VALUED =
      Set.of("--view", "--sort", "--filter", "--interval", "--state-dir", "--output");

  private final Set<String> on = new HashSet<>();
  private final Map<String, String> values = new HashMap<>();

  private TopArguments() {}

  /** Empty for a line that has anything unknown, doubled, empty or wrong in it. */
  static Optional<TopOptions> of(List<String> words) {
    TopArguments read = new TopArguments();
    for (int at = 0; at < words.size(); at++) {
      String word = words.get(at);
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      name = name.equals("-o") ? "--output" : name;
      if (SWITCHES.contains(word)) {
        if (!read.on.add(word)) {
          return Optional.empty();
        }
        continue;
      }
      String value;
      if (equals >= 0) {
        value = word.substring(equals + 1);
      } else if (at + 1 < words.size()) {
        value = words.get(++at);
      } else {
        return Optional.empty();
      }
      if (!VALUED.contains(name)
          || value.isBlank()
          || value.startsWith("-")
          || value.startsWith("@") // picocli reads a file
          || read.values.put(name, value) != null) {
        return Optional.empty();
      }
    }
    return read.isKnown("--view", View.values()) && read.isKnown("--output", Output.values())
        ? Optional.of(read.options()).filter(options -> options.problem().isEmpty())
        : Optional.empty();
  }

  private boolean isKnown(String name, Enum<?>[] all) {
    String value = values.get(name);
    return value == null || find(value, all).isPresent();
  }

  private static <E extends Enum<?>> Optional<E> find(String value, E[] all) {
    return Arrays.stream(all)
        .filter(each -> each.name().equals(value.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  private @Nullable View view() {
    String value = values.get("--view");
    return value == null ? null : find(value, View.values()).orElseThrow();
  }

  private Output output() {
    return find(values.getOrDefault("--output", ""), Output.values()).orElse(Output.TABLE);
  }

  private TopOptions options() {
    return new TopOptions(
        on.contains("--once"),
        view(),
        values.get("--sort"),
        values.getOrDefault("--filter", ""),
        values.getOrDefault("--interval", TopOptions.INTERVAL),
        on.contains("--ascii"),
        output(),
        values.get("--state-dir"));
  }
}
