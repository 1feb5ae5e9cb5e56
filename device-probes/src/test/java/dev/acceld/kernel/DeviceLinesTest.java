package dev.acceld.kernel;

import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeviceLinesTest {
  private static final Instant AT = Instant.parse("2026-11-29T12:00:00Z");

  private Inventory inventory = Inventory.EMPTY;
  private final DeviceLines lines = new DeviceLines(() -> inventory);

  private static Device chip(String name, String pci, String... parts) {
    return new TpuChip(
        new DeviceCommon(
            name(name),
            "tpu-chip",
            Vendor.GOOGLE,
            Kind.TPU,
            new TreeSet<>(Set.of(parts)),
            PciAddress.parse(pci),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "v6e",
        0,
        OptionalLong.empty(),
        1);
  }

  private void devices(Device... devices) {
    inventory = new Inventory(AT, List.of(devices), Set.of(), List.of());
  }

  private void say(String pci, String text, int second) {
    lines.add(
        PciAddress.parse(pci).orElseThrow(),
        new KernelLine(AT.plusSeconds(second), "driver", text, Map.of()));
  }

  private List<String> about(String device, int fromSecond) {
    return lines.about(name(device), AT.plusSeconds(fromSecond)).stream()
        .map(KernelLine::text)
        .toList();
  }

  @Test
  void linesOfBeforeTheDeviceWasFoundAreThereThen() {
    say("0000:17:00.0", "early", 0);
    assertThat(about("tpu-0", 0)).isEmpty();
    devices(chip("tpu-0", "0000:17:00.0", "a"));
    assertThat(about("tpu-0", 0)).containsExactly("early");
  }

  @Test
  void theLinesOfAllFunctionsAndOfWhatSharesAPartAreInTheOrderOfTime() {
    devices(
        chip("tpu-0", "0000:17:00.0", "a"),
        chip("tpu-1", "0000:18:00.0", "a", "b"),
        chip("tpu-2", "0000:19:00.0", "c"));
    say("0000:18:00.1", "second", 2);
    say("0000:17:00.0", "first", 1);
    say("0000:19:00.0", "other", 3);
    assertThat(about("tpu-0", 0)).containsExactly("first", "second");
    assertThat(about("tpu-0", 2)).containsExactly("second");
    assertThat(about("tpu-2", 0)).containsExactly("other");
  }

  @Test
  void slotsWithoutADeviceDoNotPushOutThoseOfDevices() {
    devices(chip("tpu-0", "0000:17:00.0", "a"));
    say("0000:17:00.0", "ours", 0);
    say("0001:00:00.0", "first other", 0);
    for (int bus = 1; bus < 200; bus++) {
      say(String.format("0001:%02x:00.0", bus), "other", bus);
    }
    assertThat(about("tpu-0", 0)).containsExactly("ours");
    devices(chip("gone", "0001:00:00.0", "x"), chip("kept", "0001:c7:00.0", "y"));
    assertThat(about("gone", 0)).isEmpty();
    assertThat(about("kept", 0)).containsExactly("other");
  }
}
