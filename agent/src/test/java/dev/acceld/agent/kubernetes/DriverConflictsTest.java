package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterConnection;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverConflictsTest {
  @TempDir Path dir;

  /** GPUs that come late, as after the driver's installation, are asked about at once. */
  @Test
  void withoutDevicesTheNextLookComesSoon() throws Exception {
    try (FakeApiServer server = FakeApiServer.start();
        ClusterApi api =
            ClusterConnection.open(
                    Optional.of(server.writeKubeconfig(dir.resolve("kubeconfig"))), Map.of(), "t")
                .api()
                .orElseThrow()) {
      AtomicInteger looks = new AtomicInteger();
      Inventory[] now = {Inventory.EMPTY};
      DriverConflicts drivers =
          new DriverConflicts(
              api,
              "acceld.dev",
              "node-1",
              () -> {
                looks.incrementAndGet();
                return now[0];
              });
      long tick = DriverConflicts.TICK.toNanos();
      drivers.lookIfDue(0);
      now[0] = new Inventory(Instant.EPOCH, List.of(gpu()), Set.of(), List.of());
      drivers.lookIfDue(tick);
      assertThat(looks).hasValue(2);
      drivers.lookIfDue(2 * tick);
      assertThat(looks).as("they have been asked about").hasValue(2);
      assertThat(drivers.condition()).isEmpty();
    }
  }

  private static Gpu gpu() {
    return new Gpu(
        new DeviceCommon(
            new DeviceName("gpu-0a1b2c3d"),
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            "gpu-0a1b2c3d",
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of("uuid", AttributeValue.of("GPU-0")),
            Map.of(),
            List.of()),
        "GPU-0",
        "H100",
        Optional.empty(),
        OptionalInt.of(0),
        OptionalInt.of(0),
        80L << 30,
        "580.1");
  }
}
