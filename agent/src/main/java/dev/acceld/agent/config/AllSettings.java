package dev.acceld.agent.config;

import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.VendorSetting;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings in the order of {@code --help}. Put together when they are first asked for: the
 * vendors' modules are looked for then.
 */
final class AllSettings {
  static final List<Setting> VALUES =
      Stream.of(
              Stream.of(
                  Setting.NODE_NAME,
                  Setting.DRIVER_NAME,
                  Setting.KUBECONFIG,
                  Setting.KUBELET_DIR,
                  Setting.CDI_DIR,
                  Setting.STATE_DIR,
                  Setting.HTTP_ADDRESS,
                  Setting.WEB_CONFIG_FILE,
                  Setting.DCGM_NAMES,
                  Setting.DCGM_COUNTERS_FILE,
                  Setting.GKE_TPU_NAMES,
                  Setting.POD_LABELS,
                  Setting.PROCESS_METRICS,
                  Setting.STATUS_PAGE,
                  Setting.HEALTH_RULES,
                  Setting.EVENTS,
                  Setting.NODE_CONDITION,
                  Setting.OTLP_ENDPOINT,
                  Setting.TRACE_CONTEXT_ANNOTATIONS,
                  Setting.TRACE_CONTEXT,
                  Setting.FLIGHT_RECORDS,
                  Setting.FLIGHT_DEGRADED),
              VendorModule.all().stream()
                  .flatMap(module -> module.settings().stream())
                  .map(AllSettings::of),
              Stream.of(
                  Setting.HOST_ROOT,
                  Setting.CGROUP_DIR,
                  Setting.PROC_DIR,
                  Setting.KERNEL_LOG,
                  Setting.MACHINE,
                  Setting.INSTANCE,
                  Setting.RELAY_DIR,
                  Setting.SAMPLE_INTERVAL,
                  Setting.REDISCOVER_INTERVAL,
                  Setting.REPAIR,
                  Setting.SELF_TEST,
                  Setting.RELEASE_LABEL,
                  Setting.LOG_FORMAT,
                  Setting.LOG_LEVEL,
                  Setting.TIDY))
          .flatMap(settings -> settings)
          .toList();

  private static Setting of(VendorSetting setting) {
    return new Setting(
        setting.name(), setting.argument(), setting.fallback().orElse(null), setting.description());
  }

  private AllSettings() {}
}
