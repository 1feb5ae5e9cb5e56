package dev.acceld.agent.config;

import dev.acceld.probe.VendorModule;
import dev.acceld.recorder.FlightLimits;
import dev.acceld.telemetry.dcgm.DcgmNames;
import dev.acceld.vendor.VendorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All settings, checked and typed.
 *
 * @param nodeName the Node object's name
 * @param driverName the DRA driver's name
 * @param kubeconfig a kubeconfig file, if one was named
 * @param kubeletDir the kubelet's root directory
 * @param cdiDir where CDI files go
 * @param stateDir where records, locks and the local socket are
 * @param httpAddress where HTTP is served, as text
 * @param webConfigFile who may use HTTP, and how, if that is restricted
 * @param dcgmNames which names dcgm-exporter's series have
 * @param dcgmCountersFile which of them are served, if not all
 * @param gkeTpuNames whether readings of TPU chips are served under GKE's names, too
 * @param podLabels which labels of pods are served with their owners; none: neither is
 * @param processMetrics whether the processes that use devices have series
 * @param statusPage whether there are a status page and a JSON API
 * @param healthRules what an operator wants of the health rules, if anything
 * @param notices whom the agent tells of faults
 * @param otlp what goes to an OpenTelemetry collector
 * @param flight what is recorded of faults
 * @param vendors the values of the vendors' own settings
 * @param hostRoot below which /sys, /proc and /dev are
 * @param cgroupDir where the host's control groups are, if not below the host root
 * @param procDir where the host's processes are, if not below the host root
 * @param kernelLog the kernel's log, if it is read
 * @param machine simulated hardware, if wanted
 * @param instance what sets this process's sockets apart
 * @param relayDir where the process is that has the sockets for the kubelet, if there is one
 * @param sampleInterval interval between readings of the devices
 * @param rediscoverInterval how often devices are looked for
 * @param autoRepair whether devices are repaired without being asked
 * @param selfTest whether devices are tested before their first use
 * @param releaseLabel the label by which the node asks the agent to let go of the driver
 * @param jsonLogs JSON lines instead of text
 * @param logLevel how much is logged
 * @param tidy removes what was made on the host when the last process leaves and nothing is
 *     prepared
 */
public record AgentConfig(
    String nodeName,
    String driverName,
    Optional<Path> kubeconfig,
    Path kubeletDir,
    Path cdiDir,
    Path stateDir,
    String httpAddress,
    Optional<Path> webConfigFile,
    DcgmNames dcgmNames,
    Optional<Path> dcgmCountersFile,
    boolean gkeTpuNames,
    List<String> podLabels,
    boolean processMetrics,
    boolean statusPage,
    Optional<Path> healthRules,
    NoticeConfig notices,
    OtlpConfig otlp,
    FlightLimits flight,
    VendorOptions vendors,
    Path hostRoot,
    Optional<Path> cgroupDir,
    Optional<Path> procDir,
    Optional<Path> kernelLog,
    Optional<String> machine,
    String instance,
    Optional<Path> relayDir,
    Duration sampleInterval,
    Duration rediscoverInterval,
    boolean autoRepair,
    boolean selfTest,
    Optional<String> releaseLabel,
    boolean jsonLogs,
    String logLevel,
    boolean tidy) {

  /** Where the tree of a simulated machine is. */
  public Path machineRoot() {
    return machineRoot(stateDir);
  }

  /** Where the tree of a simulated machine is below that state directory. */
  public static Path machineRoot(Path stateDir) {
    return stateDir.resolve("machine");
  }

  /** The same with host root and the vendors' directories moved to the simulated machine. */
  public AgentConfig onMachine() {
    VendorOptions onMachine = vendors;
    for (VendorModule module : VendorModule.all()) {
      onMachine = module.simulated(onMachine, machineRoot());
    }
    return new AgentConfig(
        nodeName,
        driverName,
        kubeconfig,
        kubeletDir,
        cdiDir,
        stateDir,
        httpAddress,
        webConfigFile,
        dcgmNames,
        dcgmCountersFile,
        gkeTpuNames,
        podLabels,
        processMetrics,
        statusPage,
        healthRules,
        notices,
        otlp,
        flight,
        onMachine,
        machineRoot(),
        cgroupDir,
        procDir,
        kernelLog.map(log -> machineRoot().resolve("dev/kmsg")),
        machine,
        instance,
        relayDir,
        sampleInterval,
        rediscoverInterval,
        autoRepair,
        selfTest,
        releaseLabel,
        jsonLogs,
        logLevel,
        tidy);
  }
}
