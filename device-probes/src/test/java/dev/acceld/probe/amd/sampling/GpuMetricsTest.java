package dev.acceld.probe.amd.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file gpu_metrics, byte by byte; offsets as in the kernel's kgd_pp_interface.h. */
class GpuMetricsTest {

  /** A structure of which every field says nothing. */
  private static ByteBuffer blank(int content, int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 0xff);
    return ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(0, (short) size)
        .put(2, (byte) 1)
        .put(3, (byte) content);
  }

  private static GpuMetrics read(ByteBuffer bytes) {
    return GpuMetrics.of(bytes.array(), bytes.capacity());
  }

  private static ByteBuffer u16(ByteBuffer bytes, int at, int value) {
    return bytes.putShort(at, (short) value);
  }

  @ParameterizedTest
  @CsvSource({"1, 96", "2, 104", "3, 120"})
  void theFirstVersions(int content, int size) {
    ByteBuffer bytes = blank(content, size);
    u16(u16(u16(bytes, 4, 41), 6, 52), 8, 63);
    u16(u16(u16(bytes, 16, 87), 18, 34), 22, 215);
    bytes.putLong(24, 1_000_000L << 16);
    u16(u16(u16(bytes, 54, 1700), 58, 1600), 60, 1000);
    if (content == 3) {
      bytes.putLong(112, 1L << 36 | 1);
    }
    GpuMetrics metrics = read(bytes);
    assertThat(metrics.edge()).isEqualTo(41);
    assertThat(metrics.hotspot()).isEqualTo(52);
    assertThat(metrics.memory()).isEqualTo(63);
    assertThat(metrics.activity()).isEqualTo(0.87);
    assertThat(metrics.memoryActivity()).isEqualTo(0.34);
    assertThat(metrics.watts()).isEqualTo(215);
    assertThat(metrics.joules()).isEqualTo(1_000_000);
    assertThat(metrics.clock()).isEqualTo(1.7e9);
    assertThat(metrics.memoryClock()).isEqualTo(1.6e9);
    assertThat(metrics.videoClock()).isEqualTo(1e9);
    assertThat(metrics.replays()).isNaN();
    assertThat(metrics.throttling()).isEqualTo(content == 3 ? Long.valueOf(1L << 36 | 1) : null);
    assertThat(metrics.residencies()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    // content, size, energy, clock, memory, video, replays, naks, residencies
    "4, 288,  24, 240, 280, 264,  88,  -1,  -1",
    "5, 360,  88, 312, 352, 336, 152, 168,  -1",
    "6, 384,  88, 336, 376, 360, 176, 192, 104",
    "6, 1664, 16, 264, 304, 288, 104, 120,  32",
    "7, 2208, 24, 296, 336, 320, 112, 128,  40",
    "8, 3872, 24, 296, 336, 320, 112, 128,  40",
  })
  void theLaterVersions(
      int content,
      int size,
      int energy,
      int clock,
      int memoryClock,
      int video,
      int replays,
      int naks,
      int residencies) {
    ByteBuffer bytes = blank(content, size);
    u16(u16(bytes, 4, 71), 6, 62);
    u16(u16(u16(bytes, 10, 750), 12, 100), 14, 0);
    bytes.putLong(energy, 3L << 15).putLong(replays, 17);
    u16(u16(u16(bytes, clock, 2100), memoryClock, 900), video, 29);
    if (naks > 0) {
      bytes.putInt(naks, 3).putInt(naks + 4, 4);
    }
    if (residencies > 0) {
      for (int i = 0; i < 6; i++) {
        bytes.putInt(residencies + 4 * i, 1000 + i);
      }
    }
    GpuMetrics metrics = read(bytes);
    assertThat(metrics.edge()).isNaN();
    assertThat(metrics.hotspot()).isEqualTo(71);
    assertThat(metrics.memory()).isEqualTo(62);
    assertThat(metrics.watts()).isEqualTo(750);
    assertThat(metrics.activity()).isEqualTo(1);
    assertThat(metrics.memoryActivity()).isZero();
    assertThat(metrics.joules()).isEqualTo(1.5);
    assertThat(metrics.clock()).isEqualTo(2.1e9);
    assertThat(metrics.memoryClock()).isEqualTo(9e8);
    assertThat(metrics.videoClock()).isEqualTo(2.9e7);
    assertThat(metrics.replays()).isEqualTo(17);
    assertThat(List.of(metrics.naksSent(), metrics.naksReceived()))
        .isEqualTo(naks > 0 ? List.of(3.0, 4.0) : List.of(Double.NaN, Double.NaN));
    assertThat(metrics.residencies())
        .isEqualTo(
            residencies > 0
                ? new GpuMetrics.Residencies(1000, 1001, 1002, 1003, 1004, 1005)
                : null);
  }

  /** All ones is the firmware's way of saying nothing, which is not 65,535 degrees. */
  @ParameterizedTest
  @CsvSource({"1, 96", "3, 120", "4, 288", "5, 360", "6, 1664", "7, 2208", "8, 3872"})
  void whatIsNotSupportedIsAbsent(int content, int size) {
    assertThat(read(blank(content, size))).isEqualTo(GpuMetrics.NONE);
  }

  /** Counters of 32 bits in a field of 64: MI100 and RDNA. */
  @Test
  void anEnergyOf32BitsIsMarkedAndItsOnesSayNothing() {
    assertThat(read(blank(3, 120).putLong(24, 0xffff_ffffL)).joules()).isNaN();
    assertThat(read(blank(3, 120).putLong(24, 0xffff_fffeL)).joules()).isLessThan(65_536);
    assertThat(read(blank(3, 120).putLong(24, 5)).isNarrow()).isTrue();
    assertThat(read(blank(4, 288).putLong(24, 5)).isNarrow()).isFalse();
    assertThat(read(blank(4, 288).putLong(24, 0xffff_ffffL)).joules()).isLessThan(65_536);
  }

  @Test
  void noPowerAndNoEnergyTogetherAreNotMeasured() {
    GpuMetrics second = read(u16(blank(3, 120), 22, 0).putLong(24, 0));
    assertThat(second.watts()).isNaN();
    assertThat(second.joules()).isNaN();
    assertThat(read(u16(blank(3, 120), 22, 0).putLong(24, 7)).watts()).isZero();
    assertThat(read(u16(blank(3, 120), 22, 9).putLong(24, 0)).joules()).isZero();
    assertThat(read(u16(blank(4, 288), 10, 0).putLong(24, 0)).watts()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 88", // not aligned
    "3, 104", // the size of another version
    "6, 360",
    "9, 3872",
    "200, 120",
  })
  void aVersionOrSizeThatIsNotKnownSaysNothing(int content, int size) {
    ByteBuffer bytes = blank(content, size);
    u16(bytes, 4, 71);
    assertThat(read(bytes)).isEqualTo(GpuMetrics.NONE);
  }

  @Test
  void aFileThatIsCutOffSaysNothing() {
    byte[] whole = u16(blank(3, 120), 6, 50).array();
    assertThat(GpuMetrics.of(whole, 120).hotspot()).isEqualTo(50);
    for (int end = 0; end < whole.length; end++) {
      assertThat(GpuMetrics.of(whole, end)).as("cut at %d", end).isEqualTo(GpuMetrics.NONE);
    }
  }

  @Test
  void anActivityBeyondAHundredPercentIsNone() {
    assertThat(read(u16(blank(3, 120), 16, 101)).activity()).isNaN();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void integratedGraphicsHaveAFormOfTheirOwn(int format) {
    ByteBuffer bytes = blank(1, 120).put(2, (byte) format);
    assertThat(GpuMetrics.form(bytes.array(), 120)).isEqualTo(GpuMetrics.Form.INTEGRATED);
    assertThat(read(bytes)).isEqualTo(GpuMetrics.NONE);
    assertThat(GpuMetrics.form(blank(3, 120).array(), 120)).isEqualTo(GpuMetrics.Form.DISCRETE);
    assertThat(GpuMetrics.form(bytes.array(), 119)).isEqualTo(GpuMetrics.Form.UNKNOWN);
    assertThat(GpuMetrics.form(new byte[0], 0)).isEqualTo(GpuMetrics.Form.UNKNOWN);
  }

  /** Whatever is in the file, nothing but a value in its range comes out. */
  @Test
  void anyBytesAreHarmless() {
    Random random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      int[][] versions = {{3, 120}, {4, 288}, {5, 360}, {6, 1664}, {7, 2208}};
      int[] version = versions[random.nextInt(versions.length)];
      byte[] bytes = new byte[version[1]];
      random.nextBytes(bytes);
      ByteBuffer.wrap(bytes)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putShort(0, (short) version[1])
          .put(2, (byte) 1)
          .put(3, (byte) version[0]);
      GpuMetrics metrics = GpuMetrics.of(bytes, bytes.length);
      assertThat(metrics.activity())
          .satisfiesAnyOf(a -> assertThat(a).isNaN(), a -> assertThat(a).isBetween(0.0, 1.0));
      assertThat(metrics.joules())
          .satisfiesAnyOf(j -> assertThat(j).isNaN(), j -> assertThat(j).isNotNegative());
    }
  }
}
