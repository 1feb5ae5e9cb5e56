package dev.acceld.agent.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.acceld.machine.description.Suggestions;
import dev.acceld.machine.description.YamlProblem;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was set, as text, and by whom: a flag wins over the environment, the environment over the
 * file, the file over the default.
 */
public final class RawSettings {
  private static final String PREFIX = "ACCELD_";
  private static final String DEFAULT = "the default";

  /** The variable that names the file of settings. */
  private static final String FILE = "ACCELD_CONFIG";

  /** Variables of the launcher script, which are not settings. */
  private static final List<String> LAUNCHER_ENV = List.of(FILE, "ACCELD_JAVA", "ACCELD_JAVA_OPTS");

  /** Variables that a container with a claim gets, which are not settings either. */
  private static final String DEVICE_PREFIX = "ACCELD_DEVICE_";

  private final Map<Setting, String> values = new TreeMap<>();
  private final Map<Setting, String> sources = new TreeMap<>();

  /** Made only where there is a file. */
  private static final class Yaml {
    private static final ObjectMapper MAPPER =
        new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));
  }

  private RawSettings() {}

  /**
   * Puts the three sources together.
   *
   * @param flags as given on the command line
   * @param env the environment; an unknown {@code ACCELD_} variable is an error
   * @param file the YAML file, if there is one
   * @throws ConfigException for an unknown key, an unreadable file, a value that is not a scalar
   */
  public static RawSettings of(
      Map<Setting, String> flags, Map<String, String> env, Optional<Path> file) {
    RawSettings raw = defaults();
    file.ifPresent(raw::readFile);
    raw.readEnv(env);
    flags.forEach((s, v) -> raw.put(s, v, s.flag()));
    return raw;
  }

  /**
   * The file of settings, if there is one.
   *
   * @param flag what the command line says; otherwise the environment does
   */
  public static Optional<Path> file(@Nullable String flag, Map<String, String> env) {
    return Optional.ofNullable(flag == null ? env.get(FILE) : flag)
        .filter(file -> !file.isBlank())
        .map(Path::of);
  }

  /** Of a file's text, with defaults for the rest. */
  static RawSettings ofText(String text, Path file) {
    RawSettings raw = defaults();
    raw.readText(text, file);
    return raw;
  }

  /** Whether no variable of an environment is a setting, nor may have been meant for one. */
  public static boolean isSilent(Map<String, String> env) {
    return env.keySet().stream()
        .noneMatch(name -> name.equals(FILE) || name.startsWith(PREFIX) && !isOthers(name));
  }

  /** Whether a variable that is named like a setting is for somebody else. */
  private static boolean isOthers(String name) {
    return name.startsWith(DEVICE_PREFIX) || LAUNCHER_ENV.contains(name);
  }

  private static RawSettings defaults() {
    RawSettings raw = new RawSettings();
    for (Setting s : Setting.values()) {
      s.fallback().ifPresent(v -> raw.put(s, v, DEFAULT));
    }
    return raw;
  }

  /** The value as text. */
  public Optional<String> get(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  /** Where the value was set, for messages. */
  public String source(Setting setting) {
    return sources.getOrDefault(setting, "nothing");
  }

  /** Whether nobody has set it. */
  boolean isDefault(Setting setting) {
    return source(setting).equals(DEFAULT) || get(setting).isEmpty();
  }

  private void put(Setting setting, String value, String source) {
    if (!value.isBlank()) {
      values.put(setting, value.strip());
      sources.put(setting, source);
    }
  }

  private void readEnv(Map<String, String> env) {
    for (Setting s : Setting.values()) {
      for (String other : s.otherEnv()) {
        Optional.ofNullable(env.get(other)).ifPresent(v -> put(s, v, other));
      }
      Optional.ofNullable(env.get(s.env())).ifPresent(v -> put(s, v, s.env()));
    }
    List<String> known = Setting.values().stream().map(Setting::env).toList();
    for (String name : env.keySet()) {
      if (name.startsWith(PREFIX) && !isOthers(name) && !known.contains(name)) {
        throw new ConfigException(
            "environment variable " + name + " is not a setting of acceld" + hint(name, known));
      }
    }
  }

  private void readFile(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException("the configuration file cannot be read: " + reason(file, e));
    }
    readText(text, file);
  }

  private void readText(String text, Path file) {
    Map<String, Object> tree = new LinkedHashMap<>();
    try {
      if (!text.isBlank()) {
        Map<String, Object> read =
            Yaml.MAPPER.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
        if (read != null) {
          tree.putAll(read);
        }
      }
    } catch (MismatchedInputException e) {
      throw new ConfigException(
          "configuration file "
              + file
              + " is not a YAML map of settings; use 'key: value' lines, such as 'nodeName:"
              + " node-1'");
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "configuration file " + file + YamlProblem.place(e) + ": " + YamlProblem.describe(e));
    }
    List<String> known = Setting.values().stream().map(Setting::key).toList();
    tree.forEach((key, value) -> {
      Setting setting =
          Setting.byKey(key)
              .orElseThrow(() ->
                  new ConfigException(
                      "key '"
                          + key
                          + "' in "
                          + file
                          + " is not a setting of acceld"
                          + hint(key, known)));
      if (value instanceof Map || value instanceof List) {
        throw new ConfigException(
            "key '"
                + key
                + "' in "
                + file
                + " must be a single value, such as "
                + setting.fallback().orElse(setting.argument()));
      }
      if (value != null) {
        put(setting, value.toString(), "'" + key + "' in " + file);
      }
    });
  }

  private static String reason(Path file, IOException e) {
    String words = ErrorText.of(e);
    return words.contains(file.toString()) ? words : file + ": " + words;
  }

  private static String hint(String word, List<String> known) {
    return Suggestions.to(word, known)
        .map(n -> "; did you mean " + n + "?")
        .orElse("; known are " + String.join(", ", known));
  }
}
