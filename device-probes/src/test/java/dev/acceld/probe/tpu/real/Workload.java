package dev.acceld.probe.tpu.real;

import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.machine.libtpu.TpuChipValues;
import dev.acceld.machine.libtpu.TpuWorkload;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;

/** A simulated workload where the real clients look for one: at port 8431 of this machine. */
final class Workload {
  static final long GIB = 1L << 30;
  private static final int PORT = 8431;

  private Workload() {}

  /** Chip n has 1.5 × (n + 1) GiB of its memory in use and is busy for 11 × (n + 1) percent. */
  static LibtpuServer serve(int chips, int devicesPerChip, long hbm) throws IOException {
    List<TpuChipValues> values =
        IntStream.range(0, chips)
            .mapToObj(n ->
                TpuChipValues.idle(
                        IntStream.range(0, devicesPerChip)
                            .mapToObj(d -> n * devicesPerChip + d)
                            .toArray(Integer[]::new))
                    .withHbm(3 * GIB / 2 * (n + 1), hbm)
                    .withLoad(dutyCycle(n), 0))
            .toList();
    try {
      return LibtpuServer.start(
          new TpuWorkload(values), InetAddress.ofLiteral("127.0.0.1"), List.of(PORT));
    } catch (IOException e) {
      Programs.assume(false, "port 8431, where the clients look, cannot be had: " + e.getMessage());
      throw e;
    }
  }

  static double dutyCycle(int chip) {
    return 11 * (chip + 1);
  }
}
