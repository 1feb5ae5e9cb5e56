package dev.acceld.agent.faults;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.Setting;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings that a running agent has, for somebody who helps with a problem. Files are named and
 * not read; what may be a secret in a text is masked.
 */
final class EffectiveSettings {
  private final Map<String, String> values = new TreeMap<>();

  private EffectiveSettings() {}

  /** By the settings' keys; what is not set is left out. */
  static Map<String, String> of(AgentConfig c) {
    EffectiveSettings all = new EffectiveSettings();
    all.put(Setting.NODE_NAME, c.nodeName());
    all.put(Setting.DRIVER_NAME, c.driverName());
    c.kubeconfig().ifPresent(v -> all.put(Setting.KUBECONFIG, v));
    all.put(Setting.KUBELET_DIR, c.kubeletDir());
    all.put(Setting.CDI_DIR, c.cdiDir());
    all.put(Setting.STATE_DIR, c.stateDir());
    all.put(Setting.HTTP_ADDRESS, c.httpAddress());
    c.webConfigFile().ifPresent(v -> all.put(Setting.WEB_CONFIG_FILE, v));
    all.put(Setting.DCGM_NAMES, c.dcgmNames().word());
    c.dcgmCountersFile().ifPresent(v -> all.put(Setting.DCGM_COUNTERS_FILE, v));
    all.put(Setting.GKE_TPU_NAMES, c.gkeTpuNames());
    all.put(Setting.POD_LABELS, String.join(",", c.podLabels()));
    all.put(Setting.PROCESS_METRICS, c.processMetrics());
    all.put(Setting.STATUS_PAGE, c.statusPage());
    c.otlp().endpoint().ifPresent(v -> all.put(Setting.OTLP_ENDPOINT, v));
    all.put(Setting.TRACE_CONTEXT, c.otlp().contextAsParent() ? "parent" : "link");
    all.put(Setting.TRACE_CONTEXT_ANNOTATIONS, String.join(",", c.otlp().contextAnnotations()));
    all.put(Setting.FLIGHT_RECORDS, c.flight().records());
    all.put(Setting.FLIGHT_DEGRADED, c.flight().degraded());
    for (Setting setting : Setting.values()) { // of a simulated machine there are more
      String value = c.vendors().values().get(setting.flag().substring(2));
      if (value != null) {
        all.put(setting, value);
      }
    }
    all.put(Setting.HOST_ROOT, c.hostRoot());
    c.cgroupDir().ifPresent(v -> all.put(Setting.CGROUP_DIR, v));
    c.procDir().ifPresent(v -> all.put(Setting.PROC_DIR, v));
    c.machine().ifPresent(v -> all.put(Setting.MACHINE, v));
    all.put(Setting.INSTANCE, c.instance());
    c.relayDir().ifPresent(v -> all.put(Setting.RELAY_DIR, v));
    all.put(Setting.SAMPLE_INTERVAL, c.sampleInterval());
    all.put(Setting.REDISCOVER_INTERVAL, c.rediscoverInterval());
    all.put(Setting.LOG_FORMAT, c.jsonLogs() ? "json" : "text");
    all.put(Setting.LOG_LEVEL, c.logLevel());
    all.put(Setting.TIDY, c.tidy());
    return all.values;
  }

  private void put(Setting setting, Object value) {
    values.put(setting.key(), Secrets.masked(value.toString()));
  }
}
