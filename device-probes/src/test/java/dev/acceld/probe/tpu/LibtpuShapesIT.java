package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Kind;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.host.HostFs;
import dev.acceld.probe.tpu.real.LibtpuTopology;
import dev.acceld.probe.tpu.real.PythonPrograms;
import dev.acceld.probe.tpu.shape.Evidence;
import dev.acceld.probe.tpu.shape.HostGrid;
import dev.acceld.probe.tpu.shape.Shape;
import dev.acceld.probe.tpu.shape.ShapeTable;
import dev.acceld.probe.tpu.slice.SliceSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * libtpu reads the variables that containers get, and makes of them the slice that was meant. It
 * judges how they are written, not whether such a part of a host works: it takes any block, also
 * those for which there is no evidence.
 */
class LibtpuShapesIT {
  private static final String TYPE = "TPU_ACCELERATOR_TYPE";

  /** What libtpu says of a type that it does not know and of host names that are none. */
  private static final String[] COMPLAINTS = {
    "Failed to find host bounds for accelerator type", "unexpected worker hostname"
  };

  private static final Map<String, String> KINDS =
      Map.of(
          "v2", "TPU v2",
          "v3", "TPU v3",
          "v4", "TPU v4",
          "v5e", "TPU v5 lite",
          "v5p", "TPU v5",
          "v6e", "TPU v6 lite",
          "tpu7x", "TPU7x");

  private static PythonPrograms jax;

  /** A block that is offered on a host. */
  record Offer(TpuGeneration generation, Shape host, Shape shape) {
    Map<String, String> env() throws Exception {
      List<Integer> chips = new HostGrid(host).placements(shape).getFirst().chips();
      return planner(generation, host)
          .plan(devices(generation, chips, (int) host.chips()), AccessOptions.DEFAULT)
          .env();
    }

    @Override
    public String toString() {
      return generation.topology(shape) + " of " + generation.id + " " + generation.topology(host);
    }
  }

  @BeforeAll
  static void install() throws Exception {
    jax = PythonPrograms.with(PythonPrograms.JAX);
  }

  /** On a host that is a slice of its own. */
  private static TpuAccess planner(TpuGeneration generation, Shape host) {
    HostFs fs = new HostFs(Path.of("/nowhere"));
    String facts = "TOPOLOGY=" + generation.topology(host);
    return new TpuAccess(fs, TpuTests.host(fs, "proven", facts));
  }

  private static List<Device> devices(TpuGeneration generation, List<Integer> chips, int onHost) {
    List<Device> devices = new ArrayList<>();
    for (int chip : chips) {
      DeviceCommon common =
          new DeviceCommon(
              new DeviceName("tpu-" + chip),
              "tpu-chip",
              Vendor.GOOGLE,
              Kind.TPU,
              "tpu-" + chip,
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              Map.of(),
              Map.of(),
              List.of());
      devices.add(new TpuChip(common, generation.id, chip, OptionalLong.empty(), onHost));
    }
    return devices;
  }

  static Stream<Offer> offers() {
    return Stream.of(TpuGeneration.values())
        .filter(generation -> generation != TpuGeneration.UNKNOWN)
        .flatMap(generation ->
            hosts(generation)
                .flatMap(host ->
                    ShapeTable.of(generation.id, host).stream()
                        .filter(entry -> entry.evidence() != Evidence.NONE)
                        .map(entry -> new Offer(generation, host, entry.shape()))));
  }

  private static Stream<Shape> hosts(TpuGeneration generation) {
    return switch (generation) {
      case V5E, V6E -> Stream.of(new Shape(1, 1), new Shape(2, 2), new Shape(2, 4));
      case TPU7X -> Stream.of(new Shape(1, 1), new Shape(2, 2));
      default -> Stream.of(new Shape(2, 2));
    };
  }

  private static List<String> coordinates(Shape shape) {
    List<String> chips = new ArrayList<>();
    for (int z = 0; z < shape.z(); z++) {
      for (int y = 0; y < shape.y(); y++) {
        for (int x = 0; x < shape.x(); x++) {
          chips.add(x + "," + y + "," + z);
        }
      }
    }
    return chips;
  }

  @ParameterizedTest
  @MethodSource("offers")
  void everyShapeOnOfferIsThatBlockOnOneHost(Offer offer) throws Exception {
    Map<String, String> env = offer.env();
    LibtpuTopology slice = LibtpuTopology.of(jax, offer.generation().id, env);

    assertThat(slice.kind()).as(slice.said()).isEqualTo(KINDS.get(offer.generation().id));
    assertThat(slice.chips()).containsExactlyInAnyOrderElementsOf(coordinates(offer.shape()));
    assertThat(slice.hosts()).isEqualTo(1);
    assertThat(slice.devices())
        .hasSize((int) offer.shape().chips() * devicesPerChip(offer.generation()));
    assertThat(slice.said()).doesNotContain(COMPLAINTS[0]);
  }

  /** Of v4, v5p: both cores as one. */
  private static int devicesPerChip(TpuGeneration generation) {
    return switch (generation) {
      case V2, V3, TPU7X -> 2;
      default -> 1;
    };
  }

  /** So it matters that parts of a v4 host have a type, which nobody can order. */
  @Test
  void aV4ChipIsTwoDevicesWithoutAType() throws Exception {
    Map<String, String> env =
        new TreeMap<>(new Offer(TpuGeneration.V4, new Shape(2, 2), new Shape(1, 1)).env());
    assertThat(LibtpuTopology.of(jax, "v4", env).devices()).hasSize(1);
    env.remove(TYPE);
    assertThat(LibtpuTopology.of(jax, "v4", env).devices()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("offers")
  void everyTypeIsOneThatLibtpuKnows(Offer offer) throws Exception {
    Map<String, String> env = new TreeMap<>(offer.env());
    env.keySet().removeIf(name -> !name.equals(TYPE));
    if (!env.isEmpty()) {
      LibtpuTopology slice = LibtpuTopology.of(jax, offer.generation().id, env);

      assertThat(slice.refused()).as(slice.said()).isFalse();
      assertThat(slice.said()).doesNotContain(COMPLAINTS[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "V5E, 4, 4x4, 4",
    "V5E, 4, 4x8, 8",
    "V6E, 4, 4x4, 4",
    "V4, 4, 2x2x4, 4",
    "V5P, 4, 2x4x4, 8",
    "TPU7X, 4, 2x2x2, 2"
  })
  void theWorkersOfASliceMakeUpItsTopology(
      TpuGeneration generation, int onHost, String topology, int workers) throws Exception {
    List<String> names = IntStream.range(0, workers).mapToObj(i -> "h" + i + ".s").toList();
    SliceSettings worker = new SliceSettings(topology, workers, names, OptionalInt.of(workers - 1));
    Map<String, String> env =
        TpuTests.access(new HostFs(Path.of("/nowhere")))
            .plan(
                devices(generation, IntStream.range(0, onHost).boxed().toList(), onHost),
                AccessOptions.of(worker.texts()))
            .env();
    LibtpuTopology slice = LibtpuTopology.of(jax, generation.id, env);

    assertThat(slice.chips())
        .as(slice.said())
        .containsExactlyInAnyOrderElementsOf(coordinates(Shape.parse(topology).orElseThrow()));
    assertThat(slice.hosts()).isEqualTo(workers);
    assertThat(slice.said()).doesNotContain(COMPLAINTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2x2x1", "four", "0,1,1", "2,2,0", "-2,2,1"})
  void boundsThatTheAgentDoesNotReadAreRefusedByLibtpuToo(String bounds) throws Exception {
    assertThat(Shape.parseBounds(bounds)).isEmpty();
    LibtpuTopology slice =
        LibtpuTopology.of(
            jax,
            "v5e",
            Map.of(
                "TPU_CHIPS_PER_HOST_BOUNDS", bounds,
                "TPU_HOST_BOUNDS", "1,1,1",
                "TPU_WORKER_HOSTNAMES", "localhost"));

    assertThat(slice.refused()).as(slice.said()).isTrue();
    assertThat(slice.said()).containsPattern("chips.per.host");
  }

  /** So it means something that there are no complaints elsewhere. */
  @Test
  void libtpuComplainsOfWhatIsWrong() throws Exception {
    assertThat(LibtpuTopology.of(jax, "tpu7x", Map.of(TYPE, "v7x-8")).said())
        .contains(COMPLAINTS[0]);
    assertThat(LibtpuTopology.of(jax, "v5e", Map.of("TPU_WORKER_HOSTNAMES", "h0:1")).said())
        .contains(COMPLAINTS[1]);
    LibtpuTopology other = LibtpuTopology.of(jax, "v5e", Map.of(TYPE, "v6e-8"));
    assertThat(other.refused()).as(other.said()).isTrue();
  }
}
