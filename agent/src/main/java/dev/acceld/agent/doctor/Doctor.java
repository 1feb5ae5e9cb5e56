package dev.acceld.agent.doctor;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.doctor.runtime.RuntimeFiles;
import dev.acceld.agent.host.AbandonedClaims;
import dev.acceld.agent.host.StateOwner;
import dev.acceld.dra.kubelet.KubeletTransport;
import dev.acceld.dra.kubelet.PodResourcesClient;
import dev.acceld.host.BootId;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.probe.Releases;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All checks of a node, one after the other; one that fails costs only its own finding. */
public final class Doctor {
  private final List<Check> checks;

  Doctor(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /**
   * Examines the node as an agent with these settings would find it.
   *
   * @param env where a pod's own way to the API server is told
   * @param proc the processes that can be seen, {@code /proc}
   */
  public static List<Finding> examine(AgentConfig settings, Map<String, String> env, Path proc) {
    AgentConfig config = settings.machine().isPresent() ? settings.onMachine() : settings;
    HostFs host = new HostFs(config.hostRoot());
    ClusterAccess cluster = ClusterAccess.open(config.kubeconfig(), env);
    KubeletProcess kubelet = KubeletProcess.find(proc, config.kubeletDir());
    Releases releases = Releases.in(config.stateDir().resolve("released"), () -> BootId.read(host));
    Hardware hardware = new Hardware(new VendorContext(host, releases, config.vendors()));
    try (KubeletTransport transport = new KubeletTransport();
        PodResourcesClient pods = new PodResourcesClient(config.kubeletDir(), transport)) {
      return new Doctor(
              List.of(
                  new AgentCheck(config.stateDir()),
                  new KubeletDirCheck(config.kubeletDir(), kubelet),
                  new GateCheck(config.kubeletDir(), kubelet),
                  new HardwareCheck(hardware),
                  new HealthRulesCheck(config.healthRules()),
                  new DevicePluginCheck(pods, hardware),
                  new DriverConflictCheck(
                      cluster, config.nodeName(), config.driverName(), hardware),
                  new ApiCheck(cluster),
                  new NodeCheck(cluster, config.nodeName()),
                  new RuntimeCheck(
                      cluster,
                      config.nodeName(),
                      config.cdiDir(),
                      new RuntimeFiles(roots(settings), proc)),
                  new CdiFilesCheck(config.cdiDir(), config.driverName()),
                  new RightsCheck(cluster, config.nodeName()),
                  new ClockCheck(cluster, Clock.systemUTC()),
                  new DiskCheck("state directory", config.stateDir(), "--state-dir"),
                  new StateOwnerCheck(
                      config.stateDir(),
                      config.cdiDir(),
                      StateOwner.of(settings, settings.machine().map(MachineCatalog::load))),
                  new AbandonedClaimsCheck(new AbandonedClaims(config)),
                  new DiskCheck("CDI directory", config.cdiDir(), "--cdi-dir"),
                  new DiskCheck(
                      "kubelet's plugins",
                      config.kubeletDir().resolve("plugins"),
                      "--kubelet-dir")))
          .run();
    }
  }

  /**
   * Examines only what is on the bus and whether it has its driver, which needs no cluster.
   *
   * @param config on the machine that is meant
   */
  public static List<Finding> hardware(AgentConfig config) {
    HostFs host = new HostFs(config.hostRoot());
    Releases releases = Releases.in(config.stateDir().resolve("released"), () -> BootId.read(host));
    return new Doctor(
            List.of(
                new HardwareCheck(
                    new Hardware(new VendorContext(host, releases, config.vendors())))))
        .run();
  }

  /** Where files of the host may be seen. */
  private static List<Path> roots(AgentConfig settings) {
    List<Path> roots = new ArrayList<>();
    roots.add(settings.hostRoot());
    VendorModule.all().forEach(module -> roots.addAll(module.directories(settings.vendors())));
    return roots;
  }

  List<Finding> run() {
    List<Finding> all = new ArrayList<>();
    for (Check check : checks) {
      try {
        all.addAll(check.look());
      } catch (ClusterAccess.CannotAskException e) {
        all.add(Finding.skipped(check.name(), String.valueOf(e.getMessage())));
      } catch (IOException | RuntimeException e) {
        all.add(Finding.warn(check.name(), "could not be checked: " + ErrorText.of(e), ""));
      }
    }
    return DuplicateFindings.of(all);
  }
}
