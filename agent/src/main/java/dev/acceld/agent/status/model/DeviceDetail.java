package dev.acceld.agent.status.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is shown of one device.
 *
 * @param device what lists show, too
 * @param files its own device files
 * @param readings by the names of their metrics without {@code acceld_device_}; those with a label,
 *     such as one for each NVLink, are objects by the label's value
 * @param readingsAgeSeconds how old the readings are
 * @param partitions of a GPU
 * @param processes the processes that use it; absent when they are not known or not served
 * @param otherProcesses how many there are besides
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceDetail(
    DeviceStatus device,
    List<String> files,
    Map<String, Object> readings,
    @Nullable Double readingsAgeSeconds,
    List<DeviceStatus> partitions,
    @Nullable List<ProcessStatus> processes,
    @Nullable Integer otherProcesses) {

  /**
   * One process, as the metrics of processes tell it.
   *
   * @param pid as the host numbers it
   * @param command its name
   * @param memoryBytes device memory that it has
   * @param utilizationRatio share of time in which it kept the processor busy
   * @param owner claim, pod, host or unknown
   * @param pod its pod, as namespace/name
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ProcessStatus(
      int pid,
      @Nullable String command,
      @Nullable Long memoryBytes,
      @Nullable Double utilizationRatio,
      String owner,
      @Nullable String pod) {}
}
