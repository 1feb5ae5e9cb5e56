package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Device;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.CompositeAccess;
import dev.acceld.probe.Fakes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TpuAccessTest {
  private static final DeviceFile CONTAINER = DeviceFile.of("/dev/vfio/vfio", 10, 196);

  private static TpuAccess access() {
    return TpuTests.access(new HostFs(Path.of("/nowhere")));
  }

  @Test
  void oneChipOfEight() throws AccessRefusedException {
    ContainerAccess access =
        access().plan(TpuTests.chips("v6e", "/dev/vfio/", 1, 8), AccessOptions.DEFAULT);
    assertThat(access.files()).containsExactly(CONTAINER);
    assertThat(access.env())
        .containsOnly(
            Map.entry("TPU_SKIP_MDS_QUERY", "true"),
            Map.entry("TPU_RUNTIME_METRICS_PORTS", "8431"),
            Map.entry("TPU_CHIPS_PER_HOST_BOUNDS", "1,1,1"),
            Map.entry("CHIPS_PER_HOST_BOUNDS", "1,1,1"),
            Map.entry("TPU_HOST_BOUNDS", "1,1,1"),
            Map.entry("HOST_BOUNDS", "1,1,1"),
            Map.entry("TPU_ACCELERATOR_TYPE", "v6e-1"));
  }

  @Test
  void aWholeHostOfEightIsASliceOfItsOwn() throws AccessRefusedException {
    assertThat(
            access().plan(TpuTests.chips("v5e", "/dev/vfio/", 8, 8), AccessOptions.DEFAULT).env())
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,4,1")
        .containsEntry("TPU_HOST_BOUNDS", "1,1,1")
        .containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-8")
        .containsEntry("TPU_RUNTIME_METRICS_PORTS", "8431,8432,8433,8434,8435,8436,8437,8438");
  }

  @Test
  void aWholeHostOfFourMayBelongToALargerSlice() throws AccessRefusedException {
    ContainerAccess access =
        access().plan(TpuTests.chips("v4", "/dev/accel", 4, 4), AccessOptions.DEFAULT);
    assertThat(access.files()).isEmpty();
    assertThat(access.env())
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
        .doesNotContainKeys("TPU_HOST_BOUNDS", "HOST_BOUNDS", "TPU_ACCELERATOR_TYPE");
  }

  /** Otherwise libtpu takes the two cores of a chip for two devices. */
  @ParameterizedTest
  @CsvSource({"1,v4-2", "2,v4-4", "4,v4-8"})
  void everyBlockOfV4HasAType(int chips, String type) throws AccessRefusedException {
    HostFs nowhere = new HostFs(Path.of("/nowhere"));
    TpuAccess alone = new TpuAccess(nowhere, TpuTests.host(nowhere, "proven", "TOPOLOGY=2x2x1"));
    assertThat(
            alone.plan(TpuTests.chips("v4", "/dev/accel", chips, 4), AccessOptions.DEFAULT).env())
        .containsEntry("TPU_ACCELERATOR_TYPE", type);
  }

  @Test
  void boundsOfAHostThatSomebodyStatesArePassedOn() throws AccessRefusedException {
    HostFs nowhere = new HostFs(Path.of("/nowhere"));
    TpuHost host = TpuTests.host(nowhere, "proven", "CHIPS_PER_HOST_BOUNDS=2,1,1");
    assertThat(
            new TpuAccess(nowhere, host)
                .plan(TpuTests.chips("v5e", "/dev/vfio/", 2, 2), AccessOptions.DEFAULT)
                .env())
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,1,1");
  }

  @Test
  void twoChipsHaveBoundsButNoType() throws AccessRefusedException {
    assertThat(
            access().plan(TpuTests.chips("v5e", "/dev/vfio/", 2, 8), AccessOptions.DEFAULT).env())
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "1,2,1")
        .containsEntry("TPU_HOST_BOUNDS", "1,1,1")
        .doesNotContainKey("TPU_ACCELERATOR_TYPE");
  }

  @Test
  void nothingIsClaimedAboutChipsThatAreNoBlock() throws AccessRefusedException {
    List<Device> three = TpuTests.chips("v5e", "/dev/vfio/", 3, 8);
    assertThat(access().plan(three, AccessOptions.DEFAULT).env())
        .containsOnlyKeys("TPU_SKIP_MDS_QUERY", "TPU_RUNTIME_METRICS_PORTS");
    assertThatThrownBy(() -> access().checkTogether(three))
        .hasMessage(
            "tpu-0, tpu-1, tpu-2 are not a block of neighboring chips, so libtpu cannot use them"
                + " together. Request one device of type tpu-shape (DeviceClass"
                + " tpu-shape.<domain>) instead of 3 single chips");
  }

  @Test
  void chipsThatLieApartAreRefusedWithTheShapeToRequest() {
    List<Device> all = TpuTests.chips("v5e", "/dev/vfio/", 8, 8);
    List<Device> apart = List.of(all.get(0), all.get(1), all.get(4), all.get(5));
    assertThatThrownBy(() -> access().checkTogether(apart))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContaining("tpu-0, tpu-1, tpu-4, tpu-5 are not a block")
        .hasMessageContaining("DeviceClass tpu-shape.<domain>, shape 2x2");
  }

  @Test
  void aBlockWithoutEvidenceIsRefusedUnlessItIsAllowed() throws AccessRefusedException {
    List<Device> four = TpuTests.chips("v6e", "/dev/vfio/", 4, 8);
    assertThatThrownBy(() -> access().checkTogether(four))
        .hasMessage(
            "tpu-0, tpu-1, tpu-2, tpu-3: 2x2 of a v6e host with 2x4 is not known to work (several"
                + " chips of a larger host are reported to fail); allow it with --tpu-shapes=2x2");
    HostFs nowhere = new HostFs(Path.of("/nowhere"));
    TpuAccess allowed = new TpuAccess(nowhere, TpuTests.host(nowhere, "2x2", ""));
    allowed.checkTogether(four);
    assertThat(allowed.plan(four, AccessOptions.DEFAULT).env())
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
        .containsEntry("TPU_ACCELERATOR_TYPE", "v6e-4");
  }

  @Test
  void aGenerationThatNobodyKnowsIsUsedAsItIs() throws AccessRefusedException {
    List<Device> one = TpuTests.chips("unknown", "/dev/vfio/", 1, 8);
    access().checkTogether(one);
    assertThat(access().plan(one, AccessOptions.DEFAULT).env())
        .containsOnlyKeys("TPU_SKIP_MDS_QUERY", "TPU_RUNTIME_METRICS_PORTS");
  }

  @Test
  void aShapeIsPlannedAsItsChips() throws Exception {
    List<Device> four = TpuTests.chips("v5e", "/dev/vfio/", 4, 8);
    Device shape =
        new TpuShape(
            four.getFirst().common(), "2x2", four.stream().map(TpuChip.class::cast).toList());
    assertThat(access().plan(List.of(shape), AccessOptions.DEFAULT))
        .isEqualTo(access().plan(four, AccessOptions.DEFAULT));
  }

  @Test
  void theNewestGenerationHasTwoPortsAChipAndTheVfioContainer() throws AccessRefusedException {
    ContainerAccess access =
        access().plan(TpuTests.chips("tpu7x", "/dev/vfio/", 2, 4), AccessOptions.DEFAULT);
    assertThat(access.files()).containsExactly(CONTAINER);
    assertThat(access.env()).containsEntry("TPU_RUNTIME_METRICS_PORTS", "8431,8432,8433,8434");
  }

  @Test
  void mixedDevicesAreAskedAboutByVendor() throws AccessRefusedException {
    DeviceFile control = DeviceFile.of("/dev/nvidiactl", 195, 255);
    CompositeAccess all =
        new CompositeAccess(
            Map.of(
                Vendor.GOOGLE,
                access(),
                Vendor.NVIDIA,
                (devices, options) -> {
                  assertThat(devices).hasSize(2);
                  return new ContainerAccess(List.of(control), Map.of("N", "void"));
                }));
    List<Device> mixed = new ArrayList<>(TpuTests.chips("v6e", "/dev/vfio/", 1, 8));
    mixed.add(0, Fakes.gpu("gpu-0"));
    mixed.add(Fakes.gpu("gpu-1"));
    ContainerAccess access = all.plan(mixed, AccessOptions.DEFAULT);
    assertThat(access.files()).containsExactlyInAnyOrder(control, CONTAINER);
    assertThat(access.env()).containsEntry("N", "void").containsEntry("TPU_HOST_BOUNDS", "1,1,1");
    assertThat(new CompositeAccess(Map.of()).plan(mixed, AccessOptions.DEFAULT))
        .isEqualTo(ContainerAccess.NONE);
  }
}
