package dev.acceld.probe.nvidia.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceNamesTest {
  private static final String A = "GPU-8A4F0C11-0000-1111-2222-333344445555";
  private static final String A2 = "GPU-8a4f0c11-9999-1111-2222-333344445555";
  private static final String A3 = "GPU-8a4f0c11-9999-1111-2222-333344445556";
  private static final String B = "GPU-00000001-0000-1111-2222-333344445555";

  @Test
  void theFirstGroupIsTheName() {
    assertThat(DeviceNames.of(List.of(A, B)))
        .isEqualTo(Map.of(A, new DeviceName("gpu-8a4f0c11"), B, new DeviceName("gpu-00000001")));
  }

  @Test
  void thoseThatClashAreLengthenedUntilTheyDiffer() {
    Map<String, DeviceName> names = DeviceNames.of(List.of(A3, A, B, A2));
    assertThat(names)
        .isEqualTo(
            Map.of(
                A, new DeviceName("gpu-8a4f0c11-0000"),
                A2, new DeviceName("gpu-8a4f0c11-9999-1111-2222-333344445555"),
                A3, new DeviceName("gpu-8a4f0c11-9999-1111-2222-333344445556"),
                B, new DeviceName("gpu-00000001")));
    assertThat(DeviceNames.of(List.of(B, A2, A, A3))).as("in any order").isEqualTo(names);
  }

  @ParameterizedTest
  @CsvSource({
    "GPU-8a4f0c11-0000-1111-2222-333344445555, true",
    "MIG-8a4f0c11-0000-1111-2222-333344445555, false",
    "GPU-8a4f0c11, false",
    "GPU-8a4f0c1_-0000-1111-2222-333344445555, false",
    "'', false"
  })
  void onlyWholeUuidsMakeNames(String uuid, boolean usable) {
    assertThat(DeviceNames.usable(uuid)).isEqualTo(usable);
  }
}
