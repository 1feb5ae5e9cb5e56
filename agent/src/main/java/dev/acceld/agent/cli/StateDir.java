package dev.acceld.agent.cli;

import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.local.RunningAgents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state directory of the agent that a command is about. Needs no picocli. */
public final class StateDir {
  private StateDir() {}

  /**
   * By flag, environment or the file that the environment names; if none of them tells, the only
   * one in which an agent runs.
   */
  public static Path of(@Nullable String flag) {
    return of(flag, System.getenv());
  }

  static Path of(@Nullable String flag, Map<String, String> env) {
    return RawSettings.isSilent(env) ? ofFlag(flag) : ofSettings(flag, env);
  }

  /**
   * The same where the environment says nothing of acceld: the settings of all vendors, which take
   * longer to list than an agent to answer, are not needed.
   */
  private static Path ofFlag(@Nullable String flag) {
    if (flag != null) {
      return ConfigReader.path(Setting.STATE_DIR.flag(), notBlank(Setting.STATE_DIR, flag).strip());
    }
    Path usual = ConfigReader.usualStateDir();
    Path kubelet = Path.of(Setting.KUBELET_DIR.fallback().orElseThrow());
    return only(new RunningAgents(usual, kubelet).stateDirs(), usual);
  }

  private static Path ofSettings(@Nullable String flag, Map<String, String> env) {
    Map<Setting, String> flags = new TreeMap<>();
    if (flag != null) {
      flags.put(Setting.STATE_DIR, notBlank(Setting.STATE_DIR, flag));
    }
    return of(RawSettings.of(flags, env, RawSettings.file(null, env)));
  }

  /** The same for settings that have been put together. */
  static Path of(RawSettings raw) {
    Path usual = ConfigReader.stateDir(raw);
    if (ConfigReader.isStateDirChosen(raw)) {
      return usual;
    }
    return only(new RunningAgents(usual, ConfigReader.kubeletDir(raw)).stateDirs(), usual);
  }

  static Path only(List<Path> running, Path usual) {
    if (running.size() > 1) {
      throw new ConfigException(
          "several agents run on this node; choose one of their directories with --state-dir: "
              + String.join(", ", running.stream().map(Path::toString).toList()));
    }
    return running.isEmpty() ? usual : running.getFirst();
  }

  static String notBlank(Setting s, String value) {
    if (value.isBlank()) {
      throw new ConfigException(s.flag() + " is empty; set a value or omit it");
    }
    return value;
  }
}
