package dev.acceld.e2e.junit;

import dev.acceld.e2e.cluster.ClusterConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what an annotation or a command line says about a cluster; empty is the default. */
public final class Kinds {
  private Kinds() {}

  /** The cluster that these words describe. */
  public static ClusterConfig of(
      String version, String kubelet, List<String> gates, String restartPeriod) {
    ClusterConfig newest = ClusterConfig.newest();
    String control = version.isEmpty() ? newest.version() : version;
    Map<String, Boolean> set = new TreeMap<>();
    for (String gate : gates) {
      int equals = gate.indexOf('=');
      String value = gate.substring(equals + 1);
      if (equals < 1 || !(value.equals("true") || value.equals("false"))) {
        throw new IllegalArgumentException("a gate is Name=true or Name=false, not '" + gate + "'");
      }
      set.put(gate.substring(0, equals), Boolean.valueOf(value));
    }
    return new ClusterConfig(
        control,
        kubelet.isEmpty() ? control : kubelet,
        set,
        restartPeriod.isEmpty() ? Optional.empty() : Optional.of(restartPeriod),
        newest.nodes(),
        newest.controllers());
  }
}
