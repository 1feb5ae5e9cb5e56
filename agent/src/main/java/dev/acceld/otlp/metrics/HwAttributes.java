package dev.acceld.otlp.metrics;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.Holder;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

/** Attributes of data points. Names of OpenTelemetry where there are any, else our own. */
public final class HwAttributes {
  /** The version of the semantic conventions that the names are of. */
  public static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0";

  /** The claim's namespace. */
  public static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("k8s.namespace.name");

  /** The pod's name. */
  public static final AttributeKey<String> POD = AttributeKey.stringKey("k8s.pod.name");

  /** The pod's UID. */
  public static final AttributeKey<String> POD_UID = AttributeKey.stringKey("k8s.pod.uid");

  /** The claim's name. */
  public static final AttributeKey<String> CLAIM = AttributeKey.stringKey("acceld.claim.name");

  /** The claim's UID. */
  public static final AttributeKey<String> CLAIM_UID = AttributeKey.stringKey("acceld.claim.uid");

  private HwAttributes() {}

  /** What stays the same as long as the device is there. */
  static Attributes lasting(Device device) {
    AttributesBuilder all = Attributes.builder();
    all.put("hw.id", id(device));
    all.put("hw.name", device.name().value());
    all.put("hw.type", device.common().kind().id());
    all.put("hw.vendor", device.common().vendor().id());
    switch (device) {
      case Gpu gpu -> {
        all.put("hw.model", gpu.model());
        if (!gpu.driverVersion().isEmpty()) {
          all.put("hw.driver_version", gpu.driverVersion());
        }
        gpu.serial().ifPresent(serial -> all.put("hw.serial_number", serial));
      }
      case MigDevice part ->
          all.put("hw.model", part.model() + " " + part.profile())
              .put("hw.driver_version", part.driverVersion())
              .put("hw.parent", part.parentUuid());
      case TpuChip chip -> all.put("hw.model", chip.generation());
      case TpuShape shape -> all.put("hw.model", shape.generation() + " " + shape.shape());
    }
    return all.build();
  }

  /**
   * The same with the claim, when exactly one holds the device, and its pod, when exactly one uses
   * that claim: a value of a device that several share belongs to none of them.
   */
  static Attributes held(Attributes lasting, DeviceSnapshot of) {
    if (of.soleHolder().isEmpty()) {
      return lasting;
    }
    Holder holder = of.soleHolder().get();
    AttributesBuilder all = lasting.toBuilder();
    put(all, holder.claim());
    holder
        .solePod()
        .ifPresent(pod -> {
          all.put(POD, pod.name());
          if (!pod.uid().isEmpty()) {
            all.put(POD_UID, pod.uid());
          }
        });
    return all.build();
  }

  /** Of a claim alone. */
  public static Attributes of(ClaimRef claim) {
    AttributesBuilder all = Attributes.builder();
    put(all, claim);
    return all.build();
  }

  static Attributes with(Attributes base, String key, String value) {
    return base.toBuilder().put(key, value).build();
  }

  private static void put(AttributesBuilder all, ClaimRef claim) {
    all.put(NAMESPACE, claim.namespace());
    all.put(CLAIM, claim.name());
    all.put(CLAIM_UID, claim.uid());
  }

  /** Unique on the node: the vendor's UUID, else the published name. */
  private static String id(Device device) {
    return switch (device) {
      case Gpu gpu when !gpu.uuid().isEmpty() -> gpu.uuid();
      case MigDevice part ->
          part.instance().map(MigDevice.Instance::uuid).orElse(part.name().value());
      default -> device.name().value();
    };
  }
}
