package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.claim.Hold;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceSlice.CounterSet;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SliceComposerTest {
  private static final ClaimRef CLAIM = new ClaimRef("ns", "c", "u");
  private static final Taint LOST =
      new Taint("acceld.dev/device-lost", "", "NoSchedule", Optional.empty());

  private final SliceComposer composer = new SliceComposer("acceld.dev");

  @Test
  void keepsTheOrderOfTheInventory() {
    List<SliceDevice> offer =
        compose(inventory(Set.of(), "tpu-b", "tpu-a", "tpu-c"), Map.of(), List.of(), true);
    assertThat(offer).extracting(SliceDevice::name).containsExactly("tpu-b", "tpu-a", "tpu-c");
    assertThat(offer).allSatisfy(d -> assertThat(d.taints()).isEmpty());
  }

  @Test
  void reasonsBecomeTaints() {
    HealthReport report =
        new HealthReport(
            new DeviceName("tpu-a"),
            HealthReport.State.UNHEALTHY,
            List.of(
                reason("xid", "79", false),
                reason("hot", "gpu core/1", true),
                reason("xid", "48", false)),
            Instant.EPOCH);
    List<SliceDevice> offer =
        compose(inventory(Set.of(), "tpu-a"), Map.of(report.device(), report), List.of(), true);
    assertThat(offer.getFirst().taints())
        .containsExactly(
            new Taint("acceld.dev/xid", "79", "NoSchedule", Optional.empty()),
            new Taint("acceld.dev/hot", "gpu-core-1", "None", Optional.empty()));
  }

  @Test
  void theEffectIsThatOfTheRule() {
    HealthReport report =
        new HealthReport(
            new DeviceName("tpu-a"),
            HealthReport.State.UNHEALTHY,
            List.of(
                reason("xid", "31", HealthReport.Effect.NO_EXECUTE),
                reason("xid", "79", HealthReport.Effect.NO_SCHEDULE),
                reason("xid", "74", HealthReport.Effect.NO_SCHEDULE),
                reason("hot", "", HealthReport.Effect.NONE),
                reason("warm", "", HealthReport.Effect.NO_TAINT)),
            Instant.EPOCH);
    List<SliceDevice> offer =
        compose(inventory(Set.of(), "tpu-a"), Map.of(report.device(), report), List.of(), true);
    assertThat(offer.getFirst().taints())
        .containsExactly(
            new Taint("acceld.dev/xid", "31", "NoExecute", Optional.empty()),
            new Taint("acceld.dev/xid", "79", "NoSchedule", Optional.empty()),
            new Taint("acceld.dev/hot", "", "None", Optional.empty()));
    assertThat(
            compose(
                inventory(Set.of(), "tpu-a"), Map.of(report.device(), report), List.of(), false))
        .as("where taints are dropped")
        .isEmpty();
  }

  /** Otherwise a pod could have the slice written as often as it likes. */
  @Test
  void whatIsTheApplicationsAloneIsNoTaint() {
    HealthReport report =
        new HealthReport(
            new DeviceName("tpu-a"),
            HealthReport.State.DEGRADED,
            List.of(
                new HealthReport.Reason(
                    "runtime-error",
                    "",
                    "m",
                    HealthReport.State.DEGRADED,
                    HealthReport.Effect.NO_TAINT,
                    HealthReport.Action.RESTART_APP,
                    "it is over",
                    Instant.EPOCH)),
            Instant.EPOCH);
    Inventory inventory = inventory(Set.of(), "tpu-a");
    assertThat(compose(inventory, Map.of(report.device(), report), List.of(), true))
        .isEqualTo(compose(inventory, Map.of(), List.of(), true));
  }

  @Test
  void aMissingDeviceStaysInItsPlaceAndIsTainted() {
    List<SliceDevice> offer =
        compose(inventory(Set.of("tpu-a"), "tpu-a", "tpu-b"), Map.of(), List.of(), true);
    assertThat(offer).extracting(SliceDevice::name).containsExactly("tpu-a", "tpu-b");
    assertThat(offer.getFirst().taints()).containsExactly(LOST);
  }

  @Test
  void whereTaintsAreDroppedOnlyHeldDevicesInTroubleStay() {
    List<SliceDevice> offer =
        compose(
            inventory(Set.of("tpu-a", "tpu-b"), "tpu-a", "tpu-b", "tpu-c"),
            Map.of(),
            List.of(held("tpu-b")),
            false);
    assertThat(offer).extracting(SliceDevice::name).containsExactly("tpu-b", "tpu-c");
  }

  @Test
  void whatOnlyAClaimRemembersIsStillPublished() {
    List<SliceDevice> offer =
        compose(
            inventory(Set.of(), "tpu-c"), Map.of(), List.of(held("tpu-b"), held("tpu-a")), false);
    assertThat(offer).extracting(SliceDevice::name).containsExactly("tpu-c", "tpu-a", "tpu-b");
    assertThat(offer.get(1).taints()).containsExactly(LOST);
    assertThat(offer.get(1).attributes()).containsEntry("uuid", AttributeValue.of("old"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with-dash",
        "with.dot",
        "9first",
        "Upper.example/id",
        "abcdefghijklmnopqrstuvwxyz0123456",
        "",
        "a/b/c",
        "acceld.dev/type"
      })
  void aBadNameCostsTheAttributeAlone(String name) {
    assertThat(published(Map.of(name, AttributeValue.of(1), "type", AttributeValue.of("t"))))
        .containsOnlyKeys("type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"580.159.04", "12.8", "v1.2.3", "1.2.3.4", "", "1.2.3-01", "1.2.3-é"})
  void aVersionMustBeStrict(String version) {
    assertThat(published(Map.of("v", AttributeValue.version(version)))).isEmpty();
  }

  @Test
  void lengthCountsInBytes() {
    assertThat(
            published(
                Map.of(
                    "fits", AttributeValue.of("x".repeat(64)),
                    "long", AttributeValue.of("x".repeat(65)),
                    "wide", AttributeValue.of("é".repeat(33)))))
        .containsOnlyKeys("fits");
  }

  @Test
  void theCapacityGoesBeforeTheThirtyThirdEntry() {
    Map<String, AttributeValue> many = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      many.put("a" + i, AttributeValue.of(i));
    }
    many.put("type", AttributeValue.of("tpu-chip"));
    SliceDevice d =
        compose(
                new Inventory(Instant.EPOCH, List.of(tpu("tpu-a", many)), Set.of(), List.of()),
                Map.of(),
                List.of(),
                true)
            .getFirst();
    assertThat(d.capacity()).containsOnlyKeys("memory");
    assertThat(d.attributes()).hasSize(31).containsKey("type");
  }

  @Test
  void partsAreOfferedWithWhatTheyTake() {
    DriverResources offer = composer.compose(halves(), Map.of(), List.of(), true, true);
    assertThat(offer.counters()).containsExactly(counters(2));
    assertThat(offer.groups()).hasSize(2);
    assertThat(offer.groups().getFirst())
        .extracting(SliceDevice::name)
        .as("a withheld one is left out")
        .containsExactly("whole");
    assertThat(offer.groups().getFirst().getFirst().consumes()).containsExactly(counters(2));
    assertThat(offer.groups().getLast())
        .allSatisfy(d -> assertThat(d.consumes()).containsExactly(counters(1)))
        .extracting(SliceDevice::name)
        .containsExactly("half-1", "half-0");
    // What takes of a counter has a slice apart from the counters.
    assertThat(offer.contents())
        .extracting(c -> c.counters().size() + " " + c.devices().size())
        .containsExactly("1 0", "0 1", "0 2");
  }

  @Test
  void withoutCountersOnlyTheWholeIsOffered() {
    DriverResources offer = composer.compose(halves(), Map.of(), List.of(), true, false);
    assertThat(offer.counters()).isEmpty();
    assertThat(offer.devices()).extracting(SliceDevice::name).containsExactly("whole");
    assertThat(offer.devices().getFirst().consumes()).isEmpty();
  }

  @Test
  void withoutCountersThePartThatAClaimHasBarsTheWhole() {
    DriverResources offer =
        composer.compose(halves(), Map.of(), List.of(held("half-0")), true, false);
    assertThat(offer.devices()).extracting(SliceDevice::name).containsExactly("half-0");
  }

  @Test
  void aWithheldDeviceThatAClaimHasStaysOnOffer() {
    DriverResources offer = composer.compose(halves(), Map.of(), List.of(held("off")), true, true);
    assertThat(offer.devices()).extracting(SliceDevice::name).contains("off");
  }

  private static CounterSet counters(long slices) {
    return new CounterSet("parts", Map.of("slices", new Capacity(slices)));
  }

  private static Inventory halves() {
    List<Device> devices = new ArrayList<>();
    Map<String, Long> all = Map.of("slices", 2L);
    for (String name : List.of("off", "whole", "half-1", "half-0")) {
      TpuChip plain = tpu(name, Map.of());
      boolean part = name.startsWith("half");
      DeviceCommon common =
          name.equals("off")
              ? plain.common().withheld()
              : plain
                  .common()
                  .taking(new CounterUse("parts", all, part ? Map.of("slices", 1L) : all, part));
      devices.add(
          new TpuChip(common, plain.generation(), 0, plain.hbmBytes(), plain.chipsOnHost()));
    }
    return new Inventory(Instant.EPOCH, devices, Set.of(), List.of());
  }

  private List<SliceDevice> compose(
      Inventory inventory,
      Map<DeviceName, HealthReport> health,
      List<HeldDevice> held,
      boolean taintsKept) {
    return composer.compose(inventory, health, held, taintsKept, true).devices();
  }

  private Map<String, AttributeValue> published(Map<String, AttributeValue> attributes) {
    Inventory inventory =
        new Inventory(Instant.EPOCH, List.of(tpu("tpu-a", attributes)), Set.of(), List.of());
    return compose(inventory, Map.of(), List.of(), true).getFirst().attributes();
  }

  private static Inventory inventory(Set<String> missing, String... names) {
    List<Device> devices = new ArrayList<>();
    for (String n : names) {
      devices.add(tpu(n, Map.of("type", AttributeValue.of("tpu-chip"))));
    }
    return new Inventory(
        Instant.EPOCH,
        devices,
        Set.copyOf(missing.stream().map(DeviceName::new).toList()),
        List.of());
  }

  private static TpuChip tpu(String name, Map<String, AttributeValue> attributes) {
    return new TpuChip(
        new DeviceCommon(
            new DeviceName(name),
            "tpu-chip",
            Vendor.GOOGLE,
            Kind.TPU,
            name,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            attributes,
            Map.of("memory", new Capacity(32L << 30)),
            List.of()),
        "v6e",
        0,
        OptionalLong.empty(),
        1);
  }

  private static HeldDevice held(String name) {
    return new HeldDevice(
        name, Map.of("uuid", AttributeValue.of("old")), Map.of(), Hold.NONE, CLAIM);
  }

  private static HealthReport.Reason reason(String code, String value, boolean schedulable) {
    return reason(
        code, value, schedulable ? HealthReport.Effect.NONE : HealthReport.Effect.NO_SCHEDULE);
  }

  private static HealthReport.Reason reason(String code, String value, HealthReport.Effect effect) {
    return new HealthReport.Reason(
        code,
        value,
        "m",
        effect.schedulable() ? HealthReport.State.DEGRADED : HealthReport.State.UNHEALTHY,
        effect,
        HealthReport.Action.NONE,
        "it is over",
        Instant.EPOCH);
  }
}
