package dev.acceld.machine.drm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuMetricsTest {
  private static final int NONE = 0xffff;

  @TempDir Path dir;

  private static void values(Simulation simulation) {
    simulation.set("amd-0", "temperature", "71");
    simulation.set("amd-0", "memory-temperature", "64");
    simulation.set("amd-0", "power", "412.9");
    simulation.set("amd-0", "utilization", "83");
    simulation.set("amd-0", "memory-utilization", "17");
    simulation.set("amd-0", "clock", "1234");
    simulation.set("amd-0", "memory-clock", "1111");
    simulation.set("amd-0", "pcie-replays", "5");
  }

  private static int u16(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xffff;
  }

  @Test
  void version16() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    values(machine.simulation());
    machine.simulation().set("amd-0", "throttle", "ppt,hbm");
    ByteBuffer bytes = machine.metrics("0000:05:00.0");
    assertThat(bytes.capacity()).isEqualTo(384);
    header(bytes, 6);
    temperatures(bytes);
    assertThat(u16(bytes, 136)).isEqualTo(16);
    assertThat(u16(bytes, 138)).isEqualTo(320);
    assertThat(bytes.getLong(176)).isEqualTo(5);
    assertThat(u16(bytes, 336)).isEqualTo(1234);
    assertThat(u16(bytes, 376)).isEqualTo(1111);
  }

  private static void header(ByteBuffer bytes, int revision) {
    assertThat(u16(bytes, 0)).isEqualTo(bytes.capacity());
    assertThat(bytes.get(2)).isEqualTo((byte) 1);
    assertThat(bytes.get(3)).isEqualTo((byte) revision);
  }

  private static void temperatures(ByteBuffer bytes) {
    assertThat(u16(bytes, 4)).isEqualTo(71);
    assertThat(u16(bytes, 6)).isEqualTo(64);
    assertThat(u16(bytes, 10)).isEqualTo(412);
    assertThat(u16(bytes, 12)).isEqualTo(83);
    assertThat(u16(bytes, 14)).isEqualTo(17);
  }

  @Test
  void version15() throws IOException {
    Path file = dir.resolve("mine.yaml");
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/machines/mi300x8.yaml"))) {
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(file, yaml.replace("metrics: \"1.6\"", "metrics: \"1.5\""));
    }
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load(file.toString())).root();
    DrmMachine machine = new DrmMachine(root, Simulation.open(root));
    values(machine.simulation());
    ByteBuffer bytes = machine.metrics("0000:05:00.0");
    assertThat(bytes.capacity()).isEqualTo(360);
    header(bytes, 5);
    temperatures(bytes);
    assertThat(bytes.getLong(152)).isEqualTo(5);
    assertThat(u16(bytes, 312)).isEqualTo(1234);
    assertThat(u16(bytes, 352)).isEqualTo(1111);
  }

  @Test
  void version13() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi210x4");
    values(machine.simulation());
    machine.simulation().set("amd-0", "throttle", "prochot");
    ByteBuffer bytes = machine.metrics("0000:2f:00.0");
    assertThat(bytes.capacity()).isEqualTo(120);
    header(bytes, 3);
    assertThat(u16(bytes, 4)).isEqualTo(66);
    assertThat(u16(bytes, 6)).isEqualTo(71);
    assertThat(u16(bytes, 8)).isEqualTo(64);
    assertThat(u16(bytes, 16)).isEqualTo(83);
    assertThat(u16(bytes, 18)).isEqualTo(17);
    assertThat(u16(bytes, 22)).isEqualTo(412);
    assertThat(u16(bytes, 54)).isEqualTo(1234);
    assertThat(u16(bytes, 58)).isEqualTo(1111);
    assertThat(u16(bytes, 76)).isEqualTo(160);
    assertThat(u16(bytes, 104)).as("voltage").isEqualTo(NONE);
    assertThat(bytes.getLong(112)).isEqualTo(1L << 47);
  }

  @Test
  void energyIsCountedFromPower() throws Exception {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    long begin = System.nanoTime();
    machine.simulation().set("amd-0", "power", "500");
    long before = machine.metrics("0000:05:00.0").getLong(88);
    Thread.sleep(300);
    machine.simulation().set("amd-0", "power", "0");
    double joules = (machine.metrics("0000:05:00.0").getLong(88) - before) / 65536.0;
    double most = (System.nanoTime() - begin) * 1e-9 * 500;
    assertThat(joules).isBetween(140.0, most + 1);
  }
}
