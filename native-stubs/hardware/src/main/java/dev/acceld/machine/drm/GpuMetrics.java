package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The binary file {@code gpu_metrics} of the driver amdgpu, little-endian, with the offsets of the
 * kernel's structures gpu_metrics_v1_3, _v1_5 and _v1_6 (drivers/gpu/drm/amd/include/
 * kgd_pp_interface.h). What a GPU does not report is all ones.
 */
final class GpuMetrics {
  private static final int HEADER = 4;
  private static final long NANOS = 1_000_000;
  private static final int SOC_CLOCK = 1000;

  private final AmdModel model;
  private final DrmState state;
  private final Readings now;
  private final ByteBuffer bytes;

  private GpuMetrics(AmdModel model, DrmState state, Readings now, int size) {
    this.model = model;
    this.state = state;
    this.now = now;
    byte[] ones = new byte[size];
    Arrays.fill(ones, (byte) 0xff);
    bytes = ByteBuffer.wrap(ones).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] of(AmdModel model, DrmState state, Readings now) {
    return switch (model.metrics()) {
      case "1.3" -> new GpuMetrics(model, state, now, 120).v13();
      case "1.5" -> new GpuMetrics(model, state, now, 360).v15();
      default -> new GpuMetrics(model, state, now, 384).v16();
    };
  }

  /** As a GPU that no longer answers: its header, and nothing known. */
  static byte[] silent(byte[] metrics) {
    byte[] silent = metrics.clone();
    Arrays.fill(silent, HEADER, silent.length, (byte) 0xff);
    return silent;
  }

  private byte[] v13() {
    header(3);
    if (model.edgeSensor()) {
      u16(4, AmdHwmon.edge(now));
    }
    u16(6, now.temperature());
    u16(8, now.memoryTemperature());
    u16(10, now.temperature() - 6);
    u16(12, now.temperature() - 8);
    u16(14, now.temperature() - 7);
    u16(16, now.busyPercent());
    u16(18, now.memoryPercent());
    u16(20, 0);
    u16(22, watts());
    u64(24, energy());
    u64(32, clockCounter());
    u16(40, now.clock());
    u16(42, SOC_CLOCK);
    u16(44, now.memoryClock());
    u16(54, now.clock());
    u16(56, SOC_CLOCK);
    u16(58, now.memoryClock());
    u16(72, 0);
    u16(74, model.pcieWidth());
    u16(76, speed());
    u32(80, now.busyMillis());
    u32(84, now.busyMillis() * 6 / 10);
    for (int stack = 0; stack < 4; stack++) {
      u16(88 + 2 * stack, now.memoryTemperature() - stack % 2);
    }
    u64(96, clockCounter() / 10);
    long reasons = 0;
    for (String reason : Throttle.now(state)) {
      reasons |= 1L << Throttle.AMD_BITS.getOrDefault(reason, 0);
    }
    u32(68, reasons == 0 ? 0 : 1);
    u64(112, reasons);
    return bytes.array();
  }

  private byte[] v15() {
    header(5);
    temperatures();
    u64(88, energy());
    u64(96, clockCounter());
    u16(112, model.pcieWidth());
    u16(114, speed());
    xgmi(116, 176);
    u32(120, now.busyMillis());
    u32(124, now.busyMillis() * 6 / 10);
    pcie(128, 1);
    u64(304, clockCounter() / 10);
    clocks(312);
    return bytes.array();
  }

  private byte[] v16() {
    header(6);
    temperatures();
    u64(88, energy());
    u64(96, clockCounter());
    u32(104, now.busyMillis() + now.idleMillis());
    List<String> reasons = Throttle.AMD;
    for (int i = 0; i < reasons.size(); i++) {
      u32(108 + 4 * i, Throttle.millis(state, reasons.get(i)));
    }
    u16(136, model.pcieWidth());
    u16(138, speed());
    xgmi(140, 200);
    u32(144, now.busyMillis());
    u32(148, now.busyMillis() * 6 / 10);
    pcie(152, 1000);
    u64(328, clockCounter() / 10);
    clocks(336);
    return bytes.array();
  }

  private void header(int revision) {
    u16(0, bytes.capacity());
    bytes.put(2, (byte) 1);
    bytes.put(3, (byte) revision);
  }

  /** From 1.4 on; also power and activity. */
  private void temperatures() {
    u16(4, now.temperature());
    u16(6, now.memoryTemperature());
    u16(8, now.temperature() - 6);
    u16(10, watts());
    u16(12, now.busyPercent());
    u16(14, now.memoryPercent());
    for (int engine = 0; engine < 4; engine++) {
      u16(16 + 2 * engine, 0);
    }
    for (int engine = 0; engine < 32; engine++) {
      u16(24 + 2 * engine, 0);
    }
  }

  private void xgmi(int link, int counters) {
    if (!model.xgmi()) {
      return;
    }
    u16(link, 16);
    u16(link + 2, 32);
    for (int peer = 0; peer < 8; peer++) {
      u64(counters + 8 * peer, peer == 7 ? 0 : now.busyMillis() * 1000);
      u64(counters + 64 + 8 * peer, peer == 7 ? 0 : now.busyMillis() * 900);
    }
  }

  private void pcie(int at, int unit) {
    u64(at, now.busyMillis() * unit / 1000);
    u64(at + 8, now.busyPercent() / 10 * (long) unit);
    u64(at + 16, 0);
    u64(at + 24, state.number(DrmSetting.PCIE_REPLAYS.stateKey()));
    u64(at + 32, 0);
    u32(at + 40, 0);
    u32(at + 44, 0);
  }

  private void clocks(int at) {
    for (int die = 0; die < Math.min(8, model.xccs()); die++) {
      u16(at + 2 * die, now.clock());
    }
    for (int i = 0; i < 4; i++) {
      u16(at + 16 + 2 * i, SOC_CLOCK);
      u16(at + 24 + 2 * i, 0);
      u16(at + 32 + 2 * i, 0);
    }
    u16(at + 40, now.memoryClock());
  }

  private int watts() {
    return (int) (now.power() / 1_000_000);
  }

  /** In units of 2^-16 J. */
  private long energy() {
    return (long) (now.energy() * 65536.0 / 1_000_000);
  }

  private long clockCounter() {
    return (now.busyMillis() + now.idleMillis()) * NANOS;
  }

  /** In 0.1 GT/s. */
  private int speed() {
    int generation = model.pcieGeneration();
    return generation < 3 ? 25 << (generation - 1) : 80 << (generation - 3);
  }

  private void u16(int at, int value) {
    bytes.putShort(at, (short) value);
  }

  private void u32(int at, long value) {
    bytes.putInt(at, (int) value);
  }

  private void u64(int at, long value) {
    bytes.putLong(at, value);
  }
}
