package dev.acceld.probe;

import static dev.acceld.probe.Fakes.gpu;
import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KnownDevicesTest {
  private static List<Device> gpus(String... names) {
    return Stream.of(names).map(Fakes::gpu).toList();
  }

  private static List<String> names(KnownDevices known) {
    return known.devices().stream().map(device -> device.name().value()).toList();
  }

  @Test
  void theMissingKeepTheirPlacesBesideNewcomers() {
    KnownDevices known = KnownDevices.NONE.found(gpus("a", "b", "c", "d")).found(gpus("c", "e"));
    assertThat(names(known)).containsExactly("a", "b", "c", "d", "e");
    assertThat(known.missing()).containsExactlyInAnyOrder(name("a"), name("b"), name("d"));
    assertThat(known.present()).extracting(Device::name).containsExactly(name("c"), name("e"));
    assertThat(names(known.found(gpus("e")))).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void theNewestOrderCounts() {
    KnownDevices known = KnownDevices.NONE.found(gpus("a", "b", "c")).found(gpus("c", "a"));
    assertThat(names(known)).containsExactly("c", "a", "b");
  }

  @Test
  void aNameThatOccursTwiceKeepsItsFirstDevice() {
    Device first = gpu("a", "board-1");
    KnownDevices known = KnownDevices.NONE.found(List.of(first, gpu("a", "board-2")));
    assertThat(known.devices()).containsExactly(first);
  }

  @Test
  void withoutTheDriverAllAreMissingAndARebootForgetsThem() {
    KnownDevices gone = KnownDevices.NONE.found(gpus("a", "b")).allGone();
    assertThat(names(gone)).containsExactly("a", "b");
    assertThat(gone.present()).isEmpty();
    assertThat(gone.inWords()).isEqualTo("0 of 2 devices, missing: a, b");
    assertThat(gone.withoutMissing()).isEqualTo(KnownDevices.NONE);
  }
}
