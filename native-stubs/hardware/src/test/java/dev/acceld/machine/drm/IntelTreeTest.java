package dev.acceld.machine.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntelTreeTest {
  @TempDir Path dir;

  private static long size(String resource, int window) {
    String[] line = resource.lines().toList().get(window).split(" ", -1);
    return Long.decode(line[1]) - Long.decode(line[0]) + 1;
  }

  @Test
  void theNewerDriver() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "b60x4");
    String gpu = "0000:18:00.0";
    machine.simulation().set("intel-0", "clock", "1950");
    machine.simulation().set("intel-0", "utilization", "40");
    machine.simulation().set("intel-0", "temperature", "66");
    machine.simulation().set("intel-0", "memory-temperature", "58");
    machine.simulation().set("intel-0", "power-limit", "180");
    machine.simulation().set("intel-0", "fan", "1500");
    machine.simulation().set("intel-0", "throttle", "thermal,pl1");
    assertThat(machine.text(gpu, "vendor")).isEqualTo("0x8086\n");
    assertThat(machine.text(gpu, "device")).isEqualTo("0xe211\n");
    assertThat(machine.text(gpu, "class")).isEqualTo("0x030000\n");
    assertThat(machine.file(gpu, "driver").toRealPath().getFileName()).hasToString("xe");
    assertThat(size(machine.text(gpu, "resource"), 2)).isEqualTo(32L << 30);
    assertThat(machine.file(gpu, "tile0/physical_vram_size_bytes")).doesNotExist();
    assertThat(machine.text(gpu, "tile0/gt0/freq0/act_freq")).isEqualTo("1950\n");
    assertThat(machine.text(gpu, "tile0/gt0/freq0/rp0_freq")).isEqualTo("2400\n");
    assertThat(machine.text(gpu, "tile0/gt0/gtidle/idle_residency_ms")).matches("[0-9]+\n");
    assertThat(machine.text(gpu, "tile0/gt0/freq0/throttle/reason_thermal")).isEqualTo("1\n");
    assertThat(machine.text(gpu, "tile0/gt0/freq0/throttle/reason_pl2")).isEqualTo("0\n");
    assertThat(machine.text(gpu, "tile0/gt0/freq0/throttle/status")).isEqualTo("1\n");
    assertThat(machine.text(gpu, "hwmon/hwmon3/name")).isEqualTo("xe\n");
    assertThat(machine.text(gpu, "hwmon/hwmon3/temp2_input")).isEqualTo("66000\n");
    assertThat(machine.text(gpu, "hwmon/hwmon3/temp3_input")).isEqualTo("58000\n");
    assertThat(machine.text(gpu, "hwmon/hwmon3/power1_max")).isEqualTo("180000000\n");
    assertThat(machine.text(gpu, "hwmon/hwmon3/fan1_input")).isEqualTo("1500\n");
  }

  @Test
  void theOlderDriver() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "max1550x4");
    String gpu = "0000:18:00.0";
    machine.simulation().set("intel-0", "clock", "1400");
    machine.simulation().set("intel-0", "utilization", "40");
    assertThat(machine.text(gpu, "device")).isEqualTo("0x0bd5\n");
    assertThat(machine.text(gpu, "class")).isEqualTo("0x038000\n");
    assertThat(machine.text(gpu, "revision")).isEqualTo("0x2f\n");
    Path card = machine.root().resolve("sys/class/drm/card1");
    assertThat(card.resolve("gt/gt1/rps_act_freq_mhz")).hasContent("1400\n");
    assertThat(card.resolve("gt/gt0/rc6_residency_ms")).content().matches("[0-9]+\n");
    assertThat(card.resolve("gt/gt0/error_counter/fatal_guc")).hasContent("0\n");
    assertThat(card.resolve("lmem_total_bytes")).hasContent((128L << 30) + "\n");
    assertThat(machine.file(gpu, "hwmon/hwmon3/temp1_input")).doesNotExist();
    assertThatThrownBy(() -> machine.simulation().set("intel-0", "temperature", "60"))
        .hasMessageContaining("i915 shows no 'temperature'")
        .hasMessageContaining("power-limit");
  }

  @Test
  void idleTimeGrowsAsFarAsTheGpuIsIdle() throws Exception {
    DrmMachine machine = DrmMachine.of(dir, "b60x4");
    String idle = "tile0/gt0/gtidle/idle_residency_ms";
    String media = "tile0/gt1/gtidle/idle_residency_ms";
    machine.simulation().set("intel-0", "utilization", "100");
    long before = number(machine, idle);
    long mediaBefore = number(machine, media);
    Thread.sleep(100);
    machine.simulation().set("intel-0", "utilization", "0");
    assertThat(number(machine, idle)).isEqualTo(before);
    assertThat(number(machine, media)).isGreaterThanOrEqualTo(mediaBefore + 90);
    Thread.sleep(100);
    machine.simulation().set("intel-0", "utilization", "100");
    assertThat(number(machine, idle)).isGreaterThanOrEqualTo(before + 90);
  }

  private static long number(DrmMachine machine, String file) throws IOException {
    return Long.parseLong(machine.text("0000:18:00.0", file).strip());
  }
}
