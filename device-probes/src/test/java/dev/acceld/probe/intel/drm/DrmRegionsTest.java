package dev.acceld.probe.intel.drm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.intel.drm.DrmQuery.CardMemory;
import dev.acceld.probe.intel.drm.DrmQuery.Unknown;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DrmRegionsTest {

  /** Class, total, and what comes behind it, of each region. */
  private static ByteBuffer answer(int head, int told, long... regions) {
    ByteBuffer bytes = ByteBuffer.allocate(head + regions.length / 3 * 88);
    bytes.order(ByteOrder.nativeOrder()).putInt(0, told);
    for (int i = 0; i < regions.length; i += 3) {
      int at = head + i / 3 * 88;
      bytes
          .putShort(at, (short) regions[i])
          .putLong(at + 8, regions[i + 1])
          .putLong(at + 16, regions[i + 2]);
    }
    return bytes;
  }

  @Test
  void theMemoryOfTheCardIsThatOfAllItsTiles() {
    assertThat(DrmRegions.xe(answer(8, 3, 0, 1L << 40, 7, 1, 64L << 30, 100, 1, 64L << 30, 50)))
        .isEqualTo(new CardMemory(128L << 30, 150));
    assertThat(DrmRegions.i915(answer(16, 2, 0, 1L << 40, 1L << 40, 1, 1000, 400)))
        .isEqualTo(new CardMemory(1000, 600));
  }

  @Test
  void allFreeMeansThatI915MustNotTell() {
    assertThat(DrmRegions.i915(answer(16, 1, 1, 1000, 1000))).isEqualTo(new CardMemory(1000, 0));
  }

  @Test
  void nonsenseIsNothing() {
    assertThat(DrmRegions.xe(answer(8, Integer.MAX_VALUE, 1, 1000, 1)))
        .isEqualTo(new CardMemory(1000, 1));
    assertThat(DrmRegions.xe(answer(8, -1, 1, 1000, 1))).isEqualTo(Unknown.INSTANCE);
    assertThat(DrmRegions.xe(answer(8, 1, 1, -5, 1))).isEqualTo(Unknown.INSTANCE);
    assertThat(DrmRegions.i915(answer(16, 0))).isEqualTo(Unknown.INSTANCE);
    assertThat(DrmRegions.xe(ByteBuffer.allocate(3))).isEqualTo(Unknown.INSTANCE);
    assertThat(DrmRegions.i915(answer(16, 1, 1, 10, 11))).isEqualTo(new CardMemory(10, 0));
  }

  @Test
  void memoryOfTheHostAloneMeansThatThereIsNoOther() {
    assertThat(DrmRegions.xe(answer(8, 1, 0, 1L << 40, 7))).isEqualTo(new CardMemory(0, 0));
    assertThat(DrmRegions.i915(answer(16, 1, 0, 1L << 40, 7))).isEqualTo(new CardMemory(0, 0));
  }

  /** A device that is none of these drivers' refuses the call; a file is not even opened. */
  @Test
  void whatIsNoGpuIsNotKnown() {
    DrmQuery query = DrmIoctl.on(new HostFs(Path.of("/")));
    for (String path : new String[] {"/dev/null", "/etc/hostname", "/dev/no-such"}) {
      for (String driver : new String[] {"xe", "i915"}) {
        assertThat(query.ask(driver, DeviceFile.onHost(path))).isEqualTo(Unknown.INSTANCE);
      }
    }
  }
}
