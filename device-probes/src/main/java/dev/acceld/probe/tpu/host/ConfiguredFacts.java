package dev.acceld.probe.tpu.host;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the operator has set. */
public final class ConfiguredFacts implements FactSource {
  private final String setting;
  private final Map<Fact, String> facts;

  private ConfiguredFacts(String setting, Map<Fact, String> facts) {
    this.setting = setting;
    this.facts = facts;
  }

  /**
   * From a setting's value: {@code KEY=value} pairs, separated by semicolons, since bounds have
   * commas.
   *
   * @param setting its name, for messages
   * @throws IllegalArgumentException naming what is wrong and what is right
   */
  public static ConfiguredFacts parse(String setting, String value) {
    Map<Fact, String> facts = new EnumMap<>(Fact.class);
    for (String pair : value.split(";", -1)) {
      if (pair.isBlank()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair.strip() : pair.substring(0, equals).strip();
      Fact fact =
          Fact.of(key)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "'" + key + "' is not known; known are " + known() + ", as KEY=value;…"));
      if (equals < 0 || pair.substring(equals + 1).isBlank()) {
        throw new IllegalArgumentException(key + " has no value; write " + key + "=value");
      }
      if (facts.put(fact, pair.substring(equals + 1).strip()) != null) {
        throw new IllegalArgumentException(key + " occurs twice");
      }
    }
    return new ConfiguredFacts(setting, facts);
  }

  private static String known() {
    return Stream.of(Fact.values()).map(Fact::name).collect(Collectors.joining(", "));
  }

  @Override
  public String name() {
    return setting;
  }

  @Override
  public Statement now() {
    return new Statement(facts, List.of());
  }
}
