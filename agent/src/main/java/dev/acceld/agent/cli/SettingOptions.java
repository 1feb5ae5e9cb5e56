package dev.acceld.agent.cli;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings as options of a command, from the one table that also names them in files. */
public final class SettingOptions {
  private static final String CONFIG = "--config";

  /** The help of {@code --state-dir} for commands that ask an agent or change its machine. */
  public static final String STATE_DIR_HELP =
      "the agent's state directory (default: /var/lib/acceld if an agent runs there, otherwise the"
          + " only one below /var/lib/acceld/drivers or the kubelet's plugins directory in which"
          + " an agent runs; ACCELD_STATE_DIR, ACCELD_DRIVER_NAME and the file of ACCELD_CONFIG"
          + " take precedence)";

  private SettingOptions() {}

  static void addAll(CommandSpec spec) {
    add(spec, Setting.values());
  }

  static void add(CommandSpec spec, List<Setting> settings) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(String.class)
            .description("YAML file with settings (default: ACCELD_CONFIG)")
            .build());
    for (Setting s : settings) {
      String otherwise = s.fallback().map(v -> " (default: " + v + ")").orElse("");
      OptionSpec.Builder option =
          OptionSpec.builder(s.flag())
              .paramLabel(s.argument())
              .type(String.class)
              .description(s.description().replace("%", "%%") + otherwise);
      if (s.isSwitch()) {
        option.arity("0..1").fallbackValue("true");
      }
      spec.addOption(option.build());
    }
  }

  /** The settings of a parsed command line, of the environment and of the file. */
  static AgentConfig read(ParseResult parsed) {
    return ConfigReader.read(raw(parsed));
  }

  static RawSettings raw(ParseResult parsed) {
    return raw(parsed, Map.of());
  }

  /**
   * The same; what no flag says is as a running agent has it.
   *
   * @param agents that agent's settings
   */
  static RawSettings raw(ParseResult parsed, Map<Setting, String> agents) {
    Map<Setting, String> flags = new TreeMap<>();
    flags.putAll(agents);
    flags.putAll(flags(parsed));
    return RawSettings.of(flags, System.getenv(), file(parsed));
  }

  /**
   * The settings of a parsed command line, of the environment and of the file, with other values of
   * some, whatever those say.
   */
  static RawSettings overridden(ParseResult parsed, Map<Setting, String> others) {
    Map<Setting, String> flags = flags(parsed);
    flags.putAll(others);
    return RawSettings.of(flags, System.getenv(), file(parsed));
  }

  private static Optional<Path> file(ParseResult parsed) {
    return RawSettings.file(parsed.matchedOptionValue(CONFIG, (String) null), System.getenv());
  }

  /** What the command line itself says. */
  static Map<Setting, String> flags(ParseResult parsed) {
    Map<Setting, String> flags = new TreeMap<>();
    for (Setting s : Setting.values()) {
      String value =
          parsed.commandSpec().findOption(s.flag()) == null
              ? null
              : parsed.matchedOptionValue(s.flag(), (String) null);
      if (value != null) {
        flags.put(s, StateDir.notBlank(s, value));
      }
    }
    return flags;
  }

  /**
   * The settings of the agent that runs in that state directory, as far as it tells them.
   *
   * @param agents what it tells
   */
  public static AgentConfig of(Map<Setting, String> agents) {
    Map<String, String> env = System.getenv();
    return ConfigReader.read(RawSettings.of(agents, env, RawSettings.file(null, env)));
  }
}
