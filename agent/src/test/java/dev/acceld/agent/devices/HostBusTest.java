package dev.acceld.agent.devices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel shows of a function, and what is no evidence. */
class HostBusTest {
  private static final PciAddress PCI = PciAddress.parse("0000:0f:00.0").orElseThrow();

  @TempDir Path root;
  private Path own;
  private HostBus bus;

  @BeforeEach
  void host() throws IOException {
    Files.createDirectories(root.resolve("sys/bus/pci/devices/0000:00:01.0"));
    own = root.resolve("sys/bus/pci/devices/" + PCI);
    bus = new HostBus(new HostFs(root));
  }

  private static Inventory withGpu() {
    Device gpu =
        new Gpu(
            new DeviceCommon(
                new DeviceName("gpu-0"),
                "gpu",
                Vendor.NVIDIA,
                Kind.GPU,
                "gpu-0",
                Optional.of(PCI),
                Optional.empty(),
                OptionalInt.empty(),
                Map.of(),
                Map.of(),
                List.of()),
            "GPU-0",
            "Test GPU",
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            0,
            "580.159.04");
    return new Inventory(Instant.EPOCH, List.of(gpu), Set.of(), List.of());
  }

  @Test
  void aFunctionThatIsThereIsWell() throws IOException {
    Files.createDirectories(own);
    assertThat(bus.problem(PCI)).isEmpty();
    Files.write(own.resolve("config"), new byte[] {-34, 16, 1, 2});
    assertThat(bus.problem(PCI)).isEmpty();
  }

  @Test
  void oneThatHasLeftTheBusIsNotAndIsAgainWhenItIsBack() throws IOException {
    Files.createDirectories(own);
    bus.learn(withGpu());
    Files.delete(own);
    assertThat(bus.problem(PCI)).hasValue("PCI function 0000:0f:00.0 is not on the bus any more");
    bus.learn(withGpu());
    assertThat(bus.problem(PCI)).isPresent();
    Files.createDirectories(own);
    assertThat(bus.problem(PCI)).isEmpty();
  }

  @Test
  void oneThatReadsAsAllOnesHasFallenOff() throws IOException {
    Files.createDirectories(own);
    Files.write(own.resolve("config"), new byte[] {-1, -1, -1, -1, -1, -1});
    assertThat(bus.problem(PCI).orElseThrow()).contains("has fallen off the bus");
    Files.writeString(own.resolve("power_state"), "D3cold\n");
    assertThat(bus.problem(PCI)).as("only its power is off").isEmpty();
  }

  /** WSL2, Jetson and some hypervisors. */
  @Test
  void oneThatTheKernelNeverListedIsNotMissed() {
    bus.learn(withGpu());
    assertThat(bus.problem(PCI)).isEmpty();
  }

  @Test
  void aBusThatCannotBeSeenIsNoEvidence() throws IOException {
    Files.createDirectories(own);
    bus.learn(withGpu());
    Files.delete(own);
    Files.delete(root.resolve("sys/bus/pci/devices/0000:00:01.0"));
    Files.delete(root.resolve("sys/bus/pci/devices"));
    assertThat(bus.problem(PCI)).isEmpty();
  }

  private Path function(String address, String maker) throws IOException {
    Path at = Files.createDirectories(root.resolve("sys/bus/pci/devices/" + address));
    Files.writeString(at.resolve("vendor"), maker + "\n");
    Files.writeString(at.resolve("device"), "0x0076\n");
    Files.writeString(at.resolve("class"), "0x120000\n");
    return at;
  }

  private static Inventory withChip() {
    return new Inventory(
        Instant.EPOCH,
        List.of(
            new TpuChip(
                new DeviceCommon(
                    new DeviceName("tpu-0000-0f-00"),
                    "tpu-chip",
                    Vendor.GOOGLE,
                    Kind.TPU,
                    "tpu-0000-0f-00",
                    Optional.of(PCI),
                    Optional.empty(),
                    OptionalInt.empty(),
                    Map.of(),
                    Map.of(),
                    List.of()),
                "tpu7x",
                0,
                OptionalLong.empty(),
                1)),
        Set.of(),
        List.of());
  }

  /** A tpu7x chip has two functions; somebody else's in its slot is none of them. */
  @Test
  void aChipIsAllOfItsFunctions() throws IOException {
    function("0000:0f:00.0", "0x1ae0");
    Path second = function("0000:0f:00.1", "0x1ae0");
    Path foreign = function("0000:0f:00.2", "0x8086");
    bus.learn(withChip());
    Files.write(foreign.resolve("config"), new byte[] {-1, -1, -1, -1});
    assertThat(bus.problem(PCI)).isEmpty();
    Files.write(second.resolve("config"), new byte[] {-1, -1, -1, -1});
    assertThat(bus.problem(PCI).orElseThrow()).contains("0000:0f:00.1 has fallen off the bus");
    for (String file : List.of("vendor", "device", "class", "config")) {
      Files.delete(second.resolve(file));
    }
    Files.delete(second);
    assertThat(bus.problem(PCI)).hasValue("PCI function 0000:0f:00.1 is not on the bus any more");
  }

  /** Many a machine takes the sound of a GPU off the bus. */
  @Test
  void theOtherFunctionsOfAGpuAreNotMissed() throws IOException {
    function(PCI.toString(), "0x10de");
    Path sound = function("0000:0f:00.1", "0x10de");
    bus.learn(withGpu());
    Files.write(sound.resolve("config"), new byte[] {-1, -1, -1, -1});
    assertThat(bus.problem(PCI)).isEmpty();
  }
}
