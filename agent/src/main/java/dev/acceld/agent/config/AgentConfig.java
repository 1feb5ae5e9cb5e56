package dev.acceld.agent.config;

import dev.acceld.probe.nvidia.NvidiaAccess;
import dev.acceld.probe.nvidia.driver.DriverRoot;
import dev.acceld.probe.nvidia.mig.MigSelector;
import java.nio.file.Path;
import java.time.Duration;
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
 * @param nvidia where NVIDIA's driver is, and what of it containers get
 * @param nvidiaMigOnDemand which GPUs are cut into partitions for claims
 * @param nvidiaMigRemoveForeign whether partitions that no claim of this agent holds are removed
 * @param hostRoot below which /sys, /proc and /dev are
 * @param cgroupDir where the host's control groups are, if not below the host root
 * @param machine simulated hardware, if wanted
 * @param instance what sets this process's sockets apart
 * @param relayDir where the process is that has the sockets for the kubelet, if there is one
 * @param sampleInterval interval between readings of the devices
 * @param rediscoverInterval how often devices are looked for
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
    NvidiaAccess.Settings nvidia,
    MigSelector nvidiaMigOnDemand,
    boolean nvidiaMigRemoveForeign,
    Path hostRoot,
    Optional<Path> cgroupDir,
    Optional<String> machine,
    String instance,
    Optional<Path> relayDir,
    Duration sampleInterval,
    Duration rediscoverInterval,
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

  /** The same with host root and driver root moved to the simulated machine. */
  public AgentConfig onMachine() {
    return new AgentConfig(
        nodeName,
        driverName,
        kubeconfig,
        kubeletDir,
        cdiDir,
        stateDir,
        httpAddress,
        new NvidiaAccess.Settings(
            DriverRoot.at(machineRoot()),
            machineRoot().resolve(Path.of("/").relativize(nvidia.hook())),
            nvidia.usual()),
        nvidiaMigOnDemand,
        nvidiaMigRemoveForeign,
        machineRoot(),
        cgroupDir,
        machine,
        instance,
        relayDir,
        sampleInterval,
        rediscoverInterval,
        jsonLogs,
        logLevel,
        tidy);
  }
}
