package dev.acceld.agent.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.device.Vendor;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.vendor.HealthRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DeviceViewsTest {
  private static final DeviceName NAME = new DeviceName("gpu-0a1b2c3d");

  @Test
  void numbersAreExactAndWholeOnesAreWhole() throws Exception {
    Gpu gpu =
        new Gpu(
            new DeviceCommon(
                NAME,
                "gpu",
                Vendor.NVIDIA,
                Kind.GPU,
                NAME.value(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Map.of(),
                Map.of(),
                List.of()),
            "GPU-0",
            "H100",
            Optional.empty(),
            OptionalInt.of(0),
            OptionalInt.of(0),
            80L << 30,
            "580.1");
    Sample sample =
        new Sample.Builder()
            .put(Metric.SM_CLOCK, 1.98e9)
            .put(Metric.NVLINK_SENT, 0, 1e15)
            .put(Metric.POWER, 412.5)
            .put(Metric.PERFORMANCE_STATE, 0)
            .build();
    List<DeviceView> views =
        DeviceViews.of(
            new NodeSnapshot(
                1,
                List.of(
                    new DeviceSnapshot(
                        gpu,
                        Optional.empty(),
                        true,
                        sample,
                        List.of(),
                        Optional.empty(),
                        Map.of(),
                        HealthRules.NONE,
                        List.of())),
                List.of(),
                Optional.empty(),
                ContainerUses.NONE,
                Map.of()));
    assertThat(new ObjectMapper().writeValueAsString(views.getFirst().readings()))
        .isEqualTo(
            "{\"nvlink_sent.0\":1000000000000000,\"performance_state\":0,\"power\":412.5,"
                + "\"sm_clock\":1980000000}");
  }
}
