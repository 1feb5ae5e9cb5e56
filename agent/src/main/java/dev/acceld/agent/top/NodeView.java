package dev.acceld.agent.top;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.agent.view.ClaimView;
import dev.acceld.agent.view.DeviceView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node at one moment, as {@code acceld top -o json} shows it.
 *
 * @param node its name
 * @param driver the driver's name
 * @param version the agent's
 * @param at when this was put together, RFC 3339
 * @param sampleSeconds how often devices are read
 * @param probes how the probes are doing
 * @param devices the devices; readings are those that a table shows, and all of one device that was
 *     asked for
 * @param claims the prepared claims; absent when they could not be learned
 * @param pods the pods that have devices, as far as it is known
 * @param groups the devices that a block of devices consists of, by the block's name: of those
 *     blocks that claims and pods have
 * @param history the last ten minutes by device and series, the oldest first, in base units: the
 *     mean of each stretch of time, null where there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeView(
    String node,
    String driver,
    String version,
    String at,
    double sampleSeconds,
    List<ProbeView> probes,
    List<DeviceView> devices,
    @Nullable List<ClaimView> claims,
    List<PodView> pods,
    Map<String, List<String>> groups,
    Map<String, Map<String, List<@Nullable Double>>> history) {

  /**
   * A probe.
   *
   * @param probe its name
   * @param vendor whose devices it finds, as devices name it; absent while it has found none
   * @param state starting, ready, waiting, failed or hung
   * @param since since when, RFC 3339
   * @param detail what it found, or what is missing
   * @param ageSeconds how old its last sample is; absent when it has none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ProbeView(
      String probe,
      @Nullable String vendor,
      String state,
      String since,
      String detail,
      @Nullable Double ageSeconds) {}

  /**
   * What one pod has.
   *
   * @param pod as namespace/name
   * @param containers the containers that use it; empty when that is not known
   * @param claim the claim by which it has it, as namespace/name; absent for what a device plugin
   *     gave
   * @param resource the extended resource of a device plugin
   * @param devices the devices' names
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PodView(
      String pod,
      List<String> containers,
      @Nullable String claim,
      @Nullable String resource,
      List<String> devices) {}
}
