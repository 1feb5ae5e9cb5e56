package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.CounterUse;
import dev.acceld.device.CounterUse.Taken;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.MigDevice;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.claim.Hold;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A claim holds a device that is not offered any more: what is offered beside it. */
class HeldNeighborsTest {
  private static final Map<String, Long> CHIPS = Map.of("b", 1L, "c", 1L, "d", 1L);
  private static final Map<String, Long> SLICES = Map.of("slice-0", 1L, "slice-1", 1L);

  static Stream<Arguments> cases() {
    Optional<Taken> ab = Optional.of(new Taken("tpu-chips", Map.of("a", 1L, "b", 1L)));
    Optional<Taken> none = Optional.empty();
    return Stream.of(
        // Chip a is gone, and with it every shape of the host.
        of("shape", hold(ab, false, "", "a", "b"), List.of(chip("b"), chip("c")), "c"),
        // It is listed without being usable: the other chips still have counters.
        of(
            "shape",
            hold(ab, false, "", "a", "b"),
            List.of(part("b"), part("c"), part("cd", "c", "d")),
            "c",
            "cd"),
        of(
            "shape",
            hold(ab, false, "", "a", "b"),
            List.of(part("bc", "b", "c"), part("cd", "c", "d")),
            "cd"),
        // As an older agent recorded it, without counters.
        of("shape", hold(none, false, "", "a", "b"), List.of(part("b"), part("c")), "c"),
        // Chips a and b share an IOMMU group; counters tell them apart, and the planner refuses.
        of(
            "one",
            hold(Optional.of(new Taken("tpu-chips", Map.of("a", 1L))), false, "", "a", "b"),
            List.of(part("b")),
            "b"),
        // Partitions that exist are each other's neighbors, whatever became of the one that is
        // held.
        of(
            "gpu-1g-0",
            hold(none, true, "MIG-0", "gpu"),
            List.of(mig("gpu-1g-1", "MIG-1")),
            "gpu-1g-1"),
        of(
            "old-name",
            hold(none, true, "MIG-0", "gpu"),
            List.of(mig("gpu-1g-0", "MIG-0"), mig("gpu-1g-1", "MIG-1")),
            "gpu-1g-1"),
        of(
            "gpu-1g-0",
            hold(none, true, "MIG-0", "gpu"),
            List.of(whole("gpu"), whole("other")),
            "other"),
        // Made for the claim, and not to be had any more; its neighbor still is, the whole is not.
        of(
            "half-0",
            hold(Optional.of(new Taken("slices", Map.of("slice-0", 1L))), true, "MIG-0", "gpu"),
            List.of(half("half-0b", 0), half("half-1", 1), sliced("gpu")),
            "half-1"),
        // Nobody knows which place it has.
        of("half-0", hold(none, true, "MIG-0", "gpu"), List.of(half("half-1", 1)), new String[0]),
        // The whole GPU is held, and somebody has put it into MIG mode.
        of(
            "gpu",
            hold(none, false, "GPU-0", "gpu"),
            List.of(withheld("gpu"), mig("gpu-1g-1", "MIG-1")),
            new String[0]),
        of("b", Hold.NONE, List.of(chip("b", "x"), chip("c")), "b", "c"));
  }

  private static Arguments of(String held, Hold hold, List<Device> devices, String... offered) {
    return Arguments.of(held, hold, devices, List.of(offered));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void offers(String held, Hold hold, List<Device> devices, List<String> offered) {
    List<SliceDevice> all =
        new SliceComposer("acceld.dev")
            .compose(
                new Inventory(Instant.EPOCH, devices, Set.of(), List.of()),
                Map.of(),
                List.of(
                    new HeldDevice(held, Map.of(), Map.of(), hold, new ClaimRef("ns", "c", "u"))),
                true,
                true)
            .devices();
    assertThat(all)
        .extracting(SliceDevice::name)
        .filteredOn(name -> !name.equals(held) || offered.contains(held))
        .containsExactlyInAnyOrderElementsOf(offered);
    assertThat(all).as("it stays itself").extracting(SliceDevice::name).contains(held);
  }

  private static Hold hold(
      Optional<Taken> counters, boolean partition, String uuid, String... physical) {
    return new Hold(
        Set.of(physical), counters, partition, Optional.of(uuid).filter(u -> !u.isEmpty()));
  }

  private static DeviceCommon common(String name, String uuid, String... physical) {
    return new DeviceCommon(
        new DeviceName(name),
        "any",
        Vendor.GOOGLE,
        Kind.TPU,
        new TreeSet<>(List.of(physical)),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        uuid.isEmpty() ? Map.of() : Map.of("uuid", AttributeValue.of(uuid)),
        Map.of(),
        List.of());
  }

  private static Device whole(DeviceCommon common) {
    return new TpuChip(common, "v5e", 0, OptionalLong.empty(), 4);
  }

  private static Device whole(String name) {
    return whole(common(name, "", name));
  }

  private static Device withheld(String name) {
    return whole(common(name, "", name).withheld());
  }

  private static Device chip(String name, String... physical) {
    return whole(common(name, "", physical.length == 0 ? new String[] {name} : physical));
  }

  private static Device part(String name, String... chips) {
    String[] parts = chips.length == 0 ? new String[] {name} : chips;
    Map<String, Long> used =
        Stream.of(parts).collect(java.util.stream.Collectors.toMap(c -> c, c -> 1L));
    return whole(common(name, "", parts).taking(new CounterUse("tpu-chips", CHIPS, used, true)));
  }

  private static Device sliced(String gpu) {
    return whole(common(gpu, "", gpu).taking(new CounterUse("slices", SLICES, SLICES, false)));
  }

  private static Device half(String name, long place) {
    return mig(
        common(name, "", "gpu")
            .taking(new CounterUse("slices", SLICES, Map.of("slice-" + place, 1L), true)));
  }

  private static Device mig(String name, String uuid) {
    return mig(common(name, uuid, "gpu"));
  }

  private static Device mig(DeviceCommon common) {
    return new MigDevice(
        common,
        new DeviceName("gpu"),
        "GPU-0",
        "H100",
        "1g.10gb",
        new MigDevice.Shape(19, 0, 1),
        Optional.empty(),
        1L << 30,
        "580",
        false);
  }
}
