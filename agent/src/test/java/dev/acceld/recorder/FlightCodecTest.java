package dev.acceld.recorder;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records as bytes. */
class FlightCodecTest {
  private static final String AT = "2026-11-22T12:00:00Z";

  static FlightRecord record(List<String> kernel, @Nullable ReadingTable readings) {
    return new FlightRecord(
        1,
        "xid-79-3fa9",
        "node-1",
        "1.2.3",
        "boot-1",
        new FlightRecord.Identity("gpu-0a1b2c3d", "gpu-0", "gpu", "H100", "GPU-1", null),
        List.of("gpu-0a1b2c3d"),
        new FlightRecord.Fault(
            "xid",
            "79",
            "unhealthy",
            "m",
            "reboot the node",
            "NoSchedule",
            "the node is rebooted",
            AT,
            AT),
        new FlightRecord.Course(
            2,
            AT,
            List.of(new FlightRecord.Step(AT, "ResourceSlice update: ok")),
            new FlightRecord.End(AT, "the node was rebooted")),
        List.of(
            new FlightRecord.Holding("gpu-0a1b2c3d", "ns", "claim", "u", "r", List.of("ns/pod"))),
        null,
        null,
        kernel,
        readings);
  }

  /** Readings that do not compress. */
  private static ReadingTable noise(int rows) {
    Random random = new Random(1);
    List<Double> seconds = new ArrayList<>();
    List<@Nullable Double> values = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      seconds.add((double) i);
      values.add(i % 7 == 0 ? null : random.nextDouble());
    }
    return new ReadingTable(1, true, seconds, Map.of("power", values));
  }

  @Test
  void whatIsWrittenIsReadTheSame() throws IOException {
    FlightRecord record = record(List.of("line"), noise(10));
    assertThat(FlightCodec.decode(FlightCodec.encode(record))).isEqualTo(record);
  }

  @Test
  void aRecordIsCutToItsLimit() throws IOException {
    byte[] bytes = FlightCodec.encode(record(List.of("line"), noise(200_000)));
    assertThat(bytes.length).isLessThanOrEqualTo(FlightCodec.MOST_BYTES);
    ReadingTable readings = requireNonNull(FlightCodec.decode(bytes).readings());
    assertThat(readings.seconds()).hasSizeGreaterThan(5000).last().isEqualTo(199_999.0);
    assertThat(readings.stepSeconds()).isGreaterThan(1);
    assertThat(FlightCodec.decode(bytes).kernel()).containsExactly("line");

    Random random = new Random(2);
    List<String> kernel = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      byte[] line = new byte[1024];
      random.nextBytes(line);
      kernel.add(new String(line, StandardCharsets.ISO_8859_1));
    }
    bytes = FlightCodec.encode(record(kernel, noise(10)));
    assertThat(bytes.length).isLessThanOrEqualTo(FlightCodec.MOST_BYTES);
    assertThat(FlightCodec.decode(bytes).kernel()).hasSize(20);
  }

  @Test
  void damageIsFound() throws IOException {
    byte[] good = FlightCodec.encode(record(List.of(), null));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> FlightCodec.decode(cut)).isInstanceOf(IOException.class);
    }
    byte[] flipped = good.clone();
    flipped[flipped.length / 2] ^= 4;
    assertThatThrownBy(() -> FlightCodec.decode(flipped)).isInstanceOf(IOException.class);
  }

  @Test
  void aNewerFormatIsSaid() {
    assertThatThrownBy(() -> FlightCodec.parse("{\"format\":2}".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("a newer version of acceld has written it");
    assertThatThrownBy(() -> FlightCodec.parse("{}".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("it is no flight record");
    assertThatThrownBy(() -> FlightCodec.parse("null".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }
}
