package dev.acceld.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a running agent tells others on its node of its settings, so that a command looks where the
 * agent looks. Paths mean something only to a process that sees the same files.
 */
public final class SharedSettings {
  private static final Path NAMESPACE = Path.of("/proc/self/ns/mnt");

  /** Names, and directories that have the same path inside a container and outside. */
  private static final Set<Setting> EVERYWHERE =
      Set.of(
          Setting.NODE_NAME,
          Setting.DRIVER_NAME,
          Setting.KUBELET_DIR,
          Setting.CDI_DIR,
          Setting.MACHINE);

  private SharedSettings() {}

  /**
   * As an answer of the agent.
   *
   * @param files which files this process sees: the same for processes of one container
   * @param values by the setting's key
   */
  public record Told(String files, Map<String, String> values) {}

  /** Of an agent with these settings, before they are moved to a simulated machine. */
  public static Told of(AgentConfig config) {
    Map<String, String> values = new TreeMap<>();
    values.put(Setting.NODE_NAME.key(), config.nodeName());
    values.put(Setting.DRIVER_NAME.key(), config.driverName());
    values.put(Setting.KUBELET_DIR.key(), config.kubeletDir().toString());
    values.put(Setting.CDI_DIR.key(), config.cdiDir().toString());
    values.put(Setting.STATE_DIR.key(), config.stateDir().toString());
    values.put(Setting.HOST_ROOT.key(), config.hostRoot().toString());
    config
        .vendors()
        .values()
        .forEach((name, value) -> values.put(Setting.named(name).key(), value));
    config.kubeconfig().ifPresent(k -> values.put(Setting.KUBECONFIG.key(), k.toString()));
    config.healthRules().ifPresent(file -> values.put(Setting.HEALTH_RULES.key(), file.toString()));
    config.machine().ifPresent(m -> values.put(Setting.MACHINE.key(), m));
    return new Told(files(), values);
  }

  /** Those that hold for this process, too. */
  public static Map<Setting, String> here(Told told) {
    boolean sameFiles = !told.files().isEmpty() && told.files().equals(files());
    Map<Setting, String> here = new TreeMap<>();
    told.values()
        .forEach((key, value) ->
            Setting.byKey(key)
                .filter(s -> sameFiles || EVERYWHERE.contains(s))
                .ifPresent(s -> here.put(s, value)));
    return here;
  }

  private static String files() {
    try {
      return Files.readSymbolicLink(NAMESPACE).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
