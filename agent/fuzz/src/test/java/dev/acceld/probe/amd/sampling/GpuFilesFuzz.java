package dev.acceld.probe.amd.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of amdgpu: metrics, error counts and bad pages. */
class GpuFilesFuzz {
  private static final int[][] VERSIONS = {
    {1, 96}, {2, 104}, {3, 120}, {4, 288}, {5, 360}, {6, 384}, {6, 1664}, {7, 2208}, {8, 3872}
  };

  static List<byte[]> seeds() {
    List<byte[]> seeds =
        new ArrayList<>(
            Inputs.seeds(
                "ue: 2\nce: 17\nde: 1\n",
                "Query currently inaccessible\n",
                "0x00000001 : 0x00001000 : R\n0x00000002 : 0x00001000 : P\n"
                    + "0x00000003 : 0x00001000 : F\n"));
    for (int[] version : VERSIONS) {
      seeds.add(
          ByteBuffer.allocate(version[1])
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) version[1])
              .put((byte) 1)
              .put((byte) version[0])
              .array());
    }
    return seeds;
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    metrics(GpuMetrics.of(bytes, bytes.length));
    if (GpuMetrics.form(bytes, bytes.length) != GpuMetrics.Form.DISCRETE) {
      assertThat(GpuMetrics.of(bytes, bytes.length)).isEqualTo(GpuMetrics.NONE);
    }
    RasErrors.of(bytes, bytes.length)
        .ifPresent(errors -> {
          assertThat(errors.correctable()).isNotNegative();
          assertThat(errors.uncorrectable()).isNotNegative();
        });
    BadPages pages = BadPages.of(bytes, bytes.length);
    assertThat(pages.all()).isBetween(0, bytes.length);
  }

  private static void metrics(GpuMetrics read) {
    share(read.activity());
    share(read.memoryActivity());
    for (double value :
        new double[] {
          read.edge(),
          read.hotspot(),
          read.memory(),
          read.watts(),
          read.clock(),
          read.memoryClock(),
          read.videoClock(),
          read.joules(),
          read.replays(),
          read.naksSent(),
          read.naksReceived()
        }) {
      assertThat(Double.isNaN(value) || (value >= 0 && Double.isFinite(value))).isTrue();
    }
  }

  private static void share(double value) {
    assertThat(Double.isNaN(value) || (value >= 0 && value <= 1)).isTrue();
  }
}
