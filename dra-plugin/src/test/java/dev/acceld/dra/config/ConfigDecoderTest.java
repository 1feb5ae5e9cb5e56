package dev.acceld.dra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.dra.config.DeviceConfig.Target;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every word of a configuration is understood or refused, with its place. */
class ConfigDecoderTest {
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
    assertThat(ConfigDecoder.decode(ours("")))
        .isEqualTo(new DeviceConfig("GpuConfig", Target.GPU, AccessOptions.DEFAULT));
    assertThat(
            ConfigDecoder.decode(ours(", \"driverCapabilities\": [\"compute\", \"video\"]"))
                .options())
        .isEqualTo(
            new AccessOptions(
                Optional.of(EnumSet.of(DriverCapability.COMPUTE, DriverCapability.VIDEO))));
    assertThat(
            ConfigDecoder.decode(ours(", \"driverCapabilities\": [\"all\"]"))
                .options()
                .capabilities())
        .contains(DriverCapability.ALL);
    assertThat(ConfigDecoder.decode(ours(", \"driverCapabilities\": null")).options())
        .isEqualTo(AccessOptions.DEFAULT);
  }

  @Test
  void nvidias() throws Exception {
    assertThat(ConfigDecoder.decode(nvidia("GpuConfig", "")))
        .isEqualTo(new DeviceConfig("GpuConfig", Target.WHOLE_GPU, AccessOptions.DEFAULT));
    assertThat(ConfigDecoder.decode(nvidia("MigDeviceConfig", ", \"sharing\": null")).target())
        .isEqualTo(Target.MIG);
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
    assertThatThrownBy(() -> ConfigDecoder.decode(ours(", \"" + member + "\": " + value)))
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
    assertThatThrownBy(() -> ConfigDecoder.decode(nvidia(kind, sharing)))
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
    assertThatThrownBy(() -> ConfigDecoder.decode(parameters))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(path)
        .hasMessageContaining(what);
  }
}
