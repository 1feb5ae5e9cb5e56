package dev.acceld.dra.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.access.DeviceFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a runtime would refuse is refused before it is written. */
class CdiSpecTest {
  private static CdiDevice device(String name) {
    return new CdiDevice(name, List.of(DeviceFile.of("/dev/nvidia0", 195, 0)), Map.of());
  }

  @Test
  void theVersionIsTheLowestThatWillDo() {
    assertThat(new CdiSpec("a.b/claim", List.of(device("x-1"))).version()).isEqualTo("0.3.0");
    assertThat(new CdiSpec("a.b/claim", List.of(device("x"), device("1x"))).version())
        .isEqualTo("0.5.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "a/b", "a b", "a=b"})
  void aBadDeviceName(String name) {
    assertThatThrownBy(() -> device(name)).hasMessageContaining("'" + name + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a-", "a/b"})
  void aBadVendor(String vendor) {
    assertThatThrownBy(() -> CdiNames.kind(vendor, "claim"))
        .hasMessageContaining("'" + vendor + "'");
  }

  @Test
  void emptyEditsAndNamesTwice() {
    assertThatThrownBy(() -> new CdiDevice("a", List.of(), Map.of())).hasMessageContaining("'a'");
    assertThatThrownBy(() -> new CdiSpec("a/b", List.of(device("a"), device("a"))))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> new CdiSpec("a/b", List.of())).hasMessageContaining("at least one");
    assertThatThrownBy(() -> new CdiDevice("a", List.of(), Map.of("A=B", "")))
        .hasMessageContaining("A=B");
  }
}
