package dev.acceld.telemetry;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.Vendor;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.DeviceUser;
import dev.acceld.telemetry.TelemetrySettings.HostLabel;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The label sets of one device under one user. They stay the same from scrape to scrape until the
 * device or its user changes, so they are made once.
 *
 * <p>Labels of a user are there only while one claim alone holds the device (or a device plugin
 * gave it to one pod alone), {@code pod} only while one pod alone uses that claim, and {@code
 * container} only while one container alone does. A value of a device that several share belongs to
 * none of them, and repeating it for each would double every sum.
 */
final class DeviceLabels {
  /** What sets the profile of a part of a GPU instance apart from the instance's own. */
  private static final Pattern COMPUTE_SLICES = Pattern.compile("^\\d+c\\.");

  private final Device device;
  private final Optional<Gpu> whole;
  private final Optional<DeviceUser> user;
  private final Labels own;
  private final Labels lasting;
  private final Labels identity;
  private final @Nullable Labels dcgm;
  private final @Nullable Labels dcgmRenamed;
  private final Map<State, Labels> byState = new EnumMap<>(State.class);
  private final Map<String, Labels> byXid = new ConcurrentHashMap<>();
  private final Map<String, Labels> byEvent = new ConcurrentHashMap<>();
  private final Map<String, Labels> byReason = new ConcurrentHashMap<>();
  private final Map<MetricDimension, Labels[]> byPart = new ConcurrentHashMap<>();

  /**
   * Of one device.
   *
   * @param whole the GPU that it is a partition of
   */
  DeviceLabels(
      Device device, Optional<Gpu> whole, Optional<DeviceUser> user, TelemetrySettings settings) {
    this.device = device;
    this.whole = whole;
    this.user = user;
    this.own = own(device.common(), user);
    this.lasting = base(device.common()).build();
    this.identity = identity(device);
    this.dcgmRenamed = dcgm(device, whole, user, settings, true);
    this.dcgm =
        settings.dcgm().hasNewLabels() ? dcgmRenamed : dcgm(device, whole, user, settings, false);
    for (State state : State.values()) {
      byState.put(state, own.add("state", state.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** True when these labels still hold. */
  boolean fits(Device now, Optional<Gpu> of, Optional<DeviceUser> by) {
    return device.equals(now) && whole.equals(of) && user.equals(by);
  }

  /** For {@code acceld_device_*}. */
  Labels own() {
    return own;
  }

  /** Who alone has the device. */
  Optional<DeviceUser> user() {
    return user;
  }

  /** For {@code acceld_device_info}. */
  Labels identity() {
    return identity;
  }

  /** For {@code DCGM_FI_*}; null for what dcgm-exporter does not know. */
  @Nullable Labels dcgm() {
    return dcgm;
  }

  /** The same for names that DCGM 4.7 introduced. */
  @Nullable Labels dcgmRenamed() {
    return dcgmRenamed;
  }

  /** {@link #own()}, and which part of the device it is. */
  Labels of(MetricDimension parts, int part) {
    if (parts == MetricDimension.WHOLE) {
      return own;
    }
    Labels[] known =
        byPart.computeIfAbsent(
            parts, p -> p.names().stream().map(n -> own.add(p.label(), n)).toArray(Labels[]::new));
    return known[part];
  }

  /**
   * {@link #own()} without a holder, for what counts rare events: a series that changed its labels
   * with the holder would be born anew, and an event that fell on that moment would be lost.
   */
  Labels lasting() {
    return lasting;
  }

  /** {@link #lasting()} with that XID. */
  Labels xid(String code) {
    return byXid.computeIfAbsent(code, c -> lasting.add("xid", c));
  }

  /** {@link #lasting()} with that event. */
  Labels event(String code) {
    return byEvent.computeIfAbsent(code, c -> lasting.add("event", c));
  }

  /** {@link #lasting()} with that reason. */
  Labels reason(String code) {
    return byReason.computeIfAbsent(code, c -> lasting.add("reason", c));
  }

  /** {@link #own()} with that state. */
  Labels with(State state) {
    return byState.getOrDefault(state, own);
  }

  private static Labels.Builder base(DeviceCommon of) {
    return Labels.builder()
        .label("device", of.name().value())
        .label("kind", of.kind().id())
        .label("type", of.type())
        .label("vendor", of.vendor().id());
  }

  private static Labels own(DeviceCommon of, Optional<DeviceUser> user) {
    Labels.Builder labels = base(of);
    user.ifPresent(u -> {
      u.holder().ifPresent(h -> labels.label("claim", h.claim().name()));
      labels.label("namespace", u.namespace());
      u.pod().map(PodRef::name).ifPresent(pod -> labels.label("pod", pod));
    });
    return labels.build();
  }

  private static Labels identity(Device device) {
    DeviceCommon of = device.common();
    Labels.Builder labels = base(of).label("physical", of.physicalNames());
    of.pci().ifPresent(pci -> labels.label("pci_address", pci.toString()));
    of.pcieRoot().ifPresent(root -> labels.label("pcie_root", root));
    of.numaNode().ifPresent(node -> labels.label("numa_node", Integer.toString(node)));
    switch (device) {
      case Gpu gpu -> {
        if (!gpu.uuid().isEmpty()) {
          labels.label("uuid", gpu.uuid());
        }
        labels.label("model", gpu.model());
        if (!gpu.driverVersion().isEmpty()) {
          labels.label("driver_version", gpu.driverVersion());
        }
        gpu.serial().ifPresent(serial -> labels.label("serial", serial));
      }
      case MigDevice mig -> {
        mig.instance().ifPresent(instance -> labels.label("uuid", instance.uuid()));
        labels
            .label("model", mig.model())
            .label("mig_profile", mig.profile())
            .label("parent_uuid", mig.parentUuid());
      }
      case TpuChip chip ->
          labels
              .label("model", chip.generation())
              .label("chips_on_host", Integer.toString(chip.chipsOnHost()));
      case TpuShape shape -> labels.label("model", shape.generation() + " " + shape.shape());
    }
    return labels.build();
  }

  /** Names and forms as dcgm-exporter writes them, in its release 4.8 or 4.9. */
  private static @Nullable Labels dcgm(
      Device device,
      Optional<Gpu> whole,
      Optional<DeviceUser> user,
      TelemetrySettings settings,
      boolean renamed) {
    Gpu gpu = device instanceof Gpu same ? same : whole.orElse(null);
    if (gpu == null || !gpu.common().vendor().equals(Vendor.NVIDIA)) {
      return null;
    }
    Labels.Builder labels =
        Labels.builder()
            .label("UUID", gpu.uuid())
            .label("modelName", gpu.model())
            .label(
                renamed ? "DCGM_FI_SYSTEM_DRIVER_VERSION" : "DCGM_FI_DRIVER_VERSION",
                gpu.driverVersion());
    gpu.index().ifPresent(index -> labels.label("gpu", Integer.toString(index)));
    gpu.minor().ifPresent(minor -> labels.label("device", "nvidia" + minor));
    gpu.common().pci().ifPresent(pci -> labels.label("pci_bus_id", busId(pci)));
    MigDevice part = device instanceof MigDevice mig ? mig : null;
    boolean shared = false;
    if (part != null) {
      if (part.instance().isEmpty()) {
        return null;
      }
      // Parts of an instance have the instance's values: one series, and nobody's alone.
      String instance = COMPUTE_SLICES.matcher(part.profile()).replaceFirst("");
      shared = !instance.equals(part.profile());
      labels
          .label("GPU_I_PROFILE", instance)
          .label("GPU_I_ID", Integer.toString(part.instance().get().gpuInstance()));
    }
    if (settings.hostLabel() != HostLabel.NONE) {
      HostLabel host = renamed ? HostLabel.LOWER : settings.hostLabel();
      labels.label(host.label(), settings.nodeName());
    }
    if (!shared) {
      user.ifPresent(u -> dcgm(labels, device, u, settings));
    }
    return labels.build();
  }

  private static void dcgm(
      Labels.Builder labels, Device device, DeviceUser user, TelemetrySettings settings) {
    labels.label("namespace", user.namespace());
    user.holder()
        .ifPresent(h -> {
          labels
              .label("dra_claim_name", h.claim().name())
              .label("dra_claim_namespace", h.claim().namespace())
              .label("dra_driver_name", settings.driverName())
              .label("dra_pool_name", h.pool())
              .label("dra_device_name", device.name().value());
          if (device instanceof MigDevice part) {
            labels
                .label("dra_mig_profile", part.profile())
                .label(
                    "dra_mig_device_uuid",
                    part.instance().map(MigDevice.Instance::uuid).orElse(""));
          }
        });
    user.pod()
        .ifPresent(pod -> {
          labels.label("pod", pod.name());
          if (!pod.uid().isEmpty()) {
            labels.label("pod_uid", pod.uid());
          }
        });
    user.container().ifPresent(container -> labels.label("container", container));
  }

  /** NVML's long form: eight digits of domain, upper case. */
  private static String busId(PciAddress pci) {
    return String.format(
        Locale.ROOT, "%08X:%02X:%02X.%d", pci.domain(), pci.bus(), pci.device(), pci.function());
  }
}
