package dev.acceld.agent.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.health.Finding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One device, as {@code acceld devices -o json} shows it. What is not known is left out.
 *
 * @param name the published name
 * @param alias a short name that commands take too: {@code gpu-} and the driver's index, {@code
 *     tpu-} and the position; it may change over a reboot, and parts of devices have none
 * @param parent the name of the GPU that it is a partition of; absent for other devices
 * @param type what is handed out
 * @param kind gpu or tpu
 * @param vendor who made it
 * @param model product or generation
 * @param uuid the vendor's id
 * @param pciBusId PCI function
 * @param pcieRoot PCIe root complex
 * @param numaNode NUMA node
 * @param memoryBytes memory in all
 * @param files its own device files
 * @param present false when it has vanished
 * @param health the state
 * @param reasons why it is not healthy
 * @param signals every sign of trouble that there is, grave or not
 * @param readings by metric, exact and in base units; whole numbers as such
 * @param claims the claims that hold it, as namespace/name
 * @param processes the processes that use it, those with the most memory first; absent when that is
 *     not known
 * @param otherProcesses how many there are besides
 * @param kernelLog the last lines of the kernel's log about it, the oldest first; absent when there
 *     are none, or the log is not read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceView(
    String name,
    @Nullable String alias,
    @Nullable String parent,
    String type,
    String kind,
    String vendor,
    String model,
    @Nullable String uuid,
    @Nullable String pciBusId,
    @Nullable String pcieRoot,
    @Nullable Integer numaNode,
    @Nullable Long memoryBytes,
    List<String> files,
    boolean present,
    String health,
    List<ReasonView> reasons,
    List<Finding> signals,
    Map<String, Number> readings,
    List<String> claims,
    @Nullable List<ProcessView> processes,
    @Nullable Integer otherProcesses,
    @Nullable List<LineView> kernelLog) {

  /** The same with other readings. */
  public DeviceView with(Map<String, Number> others) {
    return new DeviceView(
        name,
        alias,
        parent,
        type,
        kind,
        vendor,
        model,
        uuid,
        pciBusId,
        pcieRoot,
        numaNode,
        memoryBytes,
        files,
        present,
        health,
        reasons,
        signals,
        others,
        claims,
        processes,
        otherProcesses,
        kernelLog);
  }

  /**
   * One line of the kernel's log.
   *
   * @param time when the kernel wrote it, RFC 3339
   * @param rule which form of line it is, such as {@code xid} or {@code aer}
   * @param text the line, printable ASCII
   */
  public record LineView(String time, String rule, String text) {}

  /**
   * One process.
   *
   * @param pid as the host numbers it
   * @param command its name; absent when it cannot be looked up
   * @param activity compute, graphics, compute+graphics or open
   * @param memoryBytes device memory that it has
   * @param utilization share of time in which it kept the processor busy
   * @param memoryUtilization share of time in which it read or wrote device memory
   * @param encoderUtilization the same of the video encoder
   * @param decoderUtilization the same of the video decoder
   * @param owner claim, pod, host or unknown
   * @param claim the claim by which it has the device, as namespace/name
   * @param pod its pod, as namespace/name
   * @param podUid its pod's UID
   * @param container the container that it is in, where that is certain
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ProcessView(
      int pid,
      @Nullable String command,
      String activity,
      @Nullable Long memoryBytes,
      @Nullable Double utilization,
      @Nullable Double memoryUtilization,
      @Nullable Double encoderUtilization,
      @Nullable Double decoderUtilization,
      String owner,
      @Nullable String claim,
      @Nullable String pod,
      @Nullable String podUid,
      @Nullable String container) {}

  /**
   * One reason.
   *
   * @param code such as {@code xid}
   * @param value such as {@code 79}
   * @param message what it means
   * @param state degraded, unhealthy or unknown
   * @param effect of the taint; {@code NoTaint} when there is none
   * @param action what to do
   * @param ends what ends it, half a sentence that follows "when"
   * @param since when it was first seen, RFC 3339
   */
  public record ReasonView(
      String code,
      String value,
      String message,
      String state,
      String effect,
      String action,
      String ends,
      String since) {}
}
