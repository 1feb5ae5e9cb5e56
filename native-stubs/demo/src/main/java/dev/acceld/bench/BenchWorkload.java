package dev.acceld.bench;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.machine.libtpu.TpuChipValues;
import dev.acceld.machine.libtpu.TpuWorkload;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One pod that holds all TPU chips of a machine, with a port of libtpu's metrics service for each.
 */
final class BenchWorkload implements ClusterView, AutoCloseable {
  private static final String ADDRESS = "127.84.31.1";
  private static final int FIRST_PORT = 8431;

  private final List<DeviceHolder> holders;
  private final LibtpuServer server;

  private BenchWorkload(List<DeviceHolder> holders, LibtpuServer server) {
    this.holders = holders;
    this.server = server;
  }

  /** Begins to serve. */
  static BenchWorkload on(List<Device> chips) throws IOException {
    List<DeviceName> names = chips.stream().map(Device::name).toList();
    List<TpuChipValues> values = new ArrayList<>();
    for (int chip = 0; chip < names.size(); chip++) {
      values.add(
          TpuChipValues.idle(chip)
              .withLoad(40 + chip, 10 + chip)
              .withHbm(1L << 30, 1L << 34)
              .withWaiting(0.5, 3));
    }
    List<Integer> ports = IntStream.range(FIRST_PORT, FIRST_PORT + names.size()).boxed().toList();
    return new BenchWorkload(
        List.of(new DeviceHolder("default/bench", "uid-of-bench", names)),
        LibtpuServer.start(new TpuWorkload(values), InetAddress.ofLiteral(ADDRESS), ports));
  }

  /** CPU time so far of the thread that asks libtpu, in nanoseconds. */
  static long askingCpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long all = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("tpu-runtime")) {
        all += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return all;
  }

  @Override
  public Map<String, String> nodeLabels() {
    return Map.of();
  }

  @Override
  public List<DeviceHolder> holders() {
    return holders;
  }

  @Override
  public Optional<String> address(DeviceHolder holder) {
    return Optional.of(ADDRESS);
  }

  @Override
  public void close() {
    server.close();
  }
}
