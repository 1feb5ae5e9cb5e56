package dev.acceld.dra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.probe.nvidia.NvidiaConfigKinds;
import dev.acceld.vendor.InvalidConfigException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every word of a configuration is understood or refused, with its place. */
class ConfigDecoderTest {
  private static final ConfigDecoder DECODER = new ConfigDecoder(NvidiaConfigKinds.ALL);

  private static String ours(String members) {
    return "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\", \"kind\": \"GpuConfig\"" + members + "}";
  }

  private static String nvidia(String kind, String members) {
    return "{\"apiVersion\": \"resource.nvidia.com/v1beta1\", \"kind\": \""
        + kind
        + "\""
        + members
        + "}";
  }

  @Test
  void ourOwn() throws Exception {
    DeviceConfig ours = DECODER.decode(ours(""));
    assertThat(ours.options()).isEqualTo(AccessOptions.DEFAULT);
    assertThat(takes(ours)).containsExactly("gpu of nvidia", "mig of nvidia");
    assertThat(DECODER.decode(ours(", \"driverCapabilities\": [\"compute\", \"video\"]")).options())
        .isEqualTo(
            new AccessOptions(
                Optional.of(EnumSet.of(DriverCapability.COMPUTE, DriverCapability.VIDEO))));
    assertThat(DECODER.decode(ours(", \"driverCapabilities\": [\"all\"]")).options().capabilities())
        .contains(DriverCapability.ALL);
    assertThat(DECODER.decode(ours(", \"driverCapabilities\": null")).options())
        .isEqualTo(AccessOptions.DEFAULT);
  }

  @Test
  void nvidias() throws Exception {
    DeviceConfig whole = DECODER.decode(nvidia("GpuConfig", ""));
    assertThat(whole.options()).isEqualTo(AccessOptions.DEFAULT);
    assertThat(takes(whole)).containsExactly("gpu of nvidia");
    assertThat(takes(DECODER.decode(nvidia("MigDeviceConfig", ", \"sharing\": null"))))
        .containsExactly("mig of nvidia");
  }

  @Test
  void aNodeWhoseVendorsTakeNoneSaysSo() {
    assertThatThrownBy(() -> new ConfigDecoder(List.of()).decode(ours("")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("support no configuration");
  }

  /** Of a GPU and a partition of NVIDIA's, another vendor's GPU, and a TPU. */
  private static List<String> takes(DeviceConfig config) {
    return Stream.of(
            device("gpu", Vendor.NVIDIA, Kind.GPU),
            device("mig", Vendor.NVIDIA, Kind.GPU),
            device("gpu", new Vendor("other", "other"), Kind.GPU),
            device("tpu-chip", Vendor.GOOGLE, Kind.TPU))
        .filter(config::takes)
        .map(d -> d.type() + " of " + d.common().vendor().id())
        .toList();
  }

  private static Device device(String type, Vendor vendor, Kind kind) {
    DeviceCommon common =
        new DeviceCommon(
            new DeviceName("device-0"),
            type,
            vendor,
            kind,
            "device-0",
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of());
    return new Gpu(
        common, "", "", Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), 0, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "driverCapabilities | \"compute\" | $.driverCapabilities | must be a list | 'compute'",
        "driverCapabilities | [] | $.driverCapabilities | must not be empty | omit it",
        "driverCapabilities | [\"compute\", \"grafics\"] | $.driverCapabilities[1] | 'grafics' | graphics",
        "driverCapabilities | [\"compute\", 7] | $.driverCapabilities[1] | a string | the number 7",
        "driverCapabilities | [\"video\", \"video\"] | $.driverCapabilities[1] | 'video' | occurs twice",
        "drivercapabilities | [\"video\"] | $.drivercapabilities | not known | driverCapabilities",
        "sharing | {\"strategy\": \"MPS\"} | $.sharing | omit it | MPS",
      })
  void whatIsWrongInOurs(String member, String value, String path, String what, String remedy) {
    assertThatThrownBy(() -> DECODER.decode(ours(", \"" + member + "\": " + value)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContainingAll(what, remedy);
  }

  @ParameterizedTest
  @CsvSource({"GpuConfig", "MigDeviceConfig"})
  void sharingInTheShapeOfNvidiasUsersIsRefused(String kind) {
    String sharing =
        ", \"sharing\": {\"strategy\": \"TimeSlicing\","
            + " \"timeSlicingConfig\": {\"interval\": \"Long\"}}";
    assertThatThrownBy(() -> DECODER.decode(nvidia(kind, sharing)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("$.sharing: ")
        .hasMessageContaining("time-slicing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | $: | empty",
        "{ | $: | not one JSON object",
        "{} {} | $: | not one JSON object",
        "[1] | $: | an object, not a list",
        "{} | $.apiVersion | missing",
        "{\"apiVersion\": 1} | $.apiVersion | the number 1",
        "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\"} | $.kind | missing",
        "{\"apiVersion\": \"gpu.acceld.dev/v1\", \"kind\": \"GpuConfig\"} | $.apiVersion | known are",
        "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\", \"kind\": \"TimeSlice\"} | $.kind | known are",
        "{\"apiVersion\": \"resource.nvidia.com/v1beta1\", \"kind\": \"VfioDeviceConfig\"} | $.kind | known are",
        "{\"kind\": \"GpuConfig\", \"kind\": \"GpuConfig\"} | $: | occurs twice",
      })
  void whatIsNoConfigurationAtAll(String parameters, String path, String what) {
    assertThatThrownBy(() -> DECODER.decode(parameters))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(path)
        .hasMessageContaining(what);
  }
}
