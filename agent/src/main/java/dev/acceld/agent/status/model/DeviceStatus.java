package dev.acceld.agent.status.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.agent.view.DeviceView.ReasonView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One device. What is not known is left out.
 *
 * @param name the published name
 * @param alias a short name: {@code gpu-3}; partitions have none
 * @param type what is handed out
 * @param kind gpu or tpu
 * @param vendor who made it
 * @param model product or generation
 * @param uuid the vendor's id
 * @param pciBusId PCI function
 * @param pcieRoot PCIe root complex
 * @param numaNode NUMA node
 * @param partition where it is on its GPU; absent for whole devices
 * @param present false when it has vanished
 * @param state healthy, degraded, unhealthy or unknown
 * @param problems what is wrong, the gravest first
 * @param utilizationRatio share of time in which it was busy, 0 to 1
 * @param memoryUsedBytes memory in use
 * @param memoryTotalBytes memory in all
 * @param powerWatts power drawn
 * @param powerLimitWatts power limit
 * @param temperatureCelsius temperature of the processor
 * @param availability {@code held}: a claim holds it; {@code partitioned}: claims hold partitions
 *     of it; {@code free}; {@code unknown}: not all claims are known
 * @param claims the claims that hold it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceStatus(
    String name,
    @Nullable String alias,
    String type,
    String kind,
    String vendor,
    String model,
    @Nullable String uuid,
    @Nullable String pciBusId,
    @Nullable String pcieRoot,
    @Nullable Integer numaNode,
    @Nullable Partition partition,
    boolean present,
    String state,
    List<ReasonView> problems,
    @Nullable Double utilizationRatio,
    @Nullable Long memoryUsedBytes,
    @Nullable Long memoryTotalBytes,
    @Nullable Double powerWatts,
    @Nullable Double powerLimitWatts,
    @Nullable Double temperatureCelsius,
    String availability,
    List<ClaimUse> claims) {
  static final String HELD = "held";
  static final String PARTITIONED = "partitioned";
  static final String FREE = "free";
  static final String UNKNOWN = "unknown";

  /** The short name, where there is one. */
  public String shortName() {
    String known = alias;
    return known == null ? name : known;
  }

  /**
   * Where a partition is.
   *
   * @param of the GPU's published name
   * @param profile such as {@code 1g.10gb}
   * @param firstSlice its first memory slice
   * @param slices how many memory slices it has
   * @param slicesOnDevice how many memory slices the GPU has; absent when that is not known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Partition(
      String of, String profile, int firstSlice, int slices, @Nullable Integer slicesOnDevice) {}

  /**
   * A claim that holds a device.
   *
   * @param namespace its namespace
   * @param name its name
   * @param uid its UID
   * @param request the request
   * @param pods the names of the pods known to use it, in the claim's namespace
   */
  public record ClaimUse(
      String namespace, String name, String uid, String request, List<String> pods) {}
}
