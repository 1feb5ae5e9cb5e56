package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.device.PciAddress;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.provider.MethodSource;

/** Small files and links of sysfs: one text, read as each of the forms that it may have. */
class SysfsFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        "0x1ae0",
        "-1",
        "007",
        "0x7fffffffffffffff",
        "-0x10",
        "-010",
        "#ff",
        "+5",
        "16.0 GT/s PCIe",
        "Unknown",
        "511:0",
        "0000:17:00.0",
        "0001abcd:ff:1f.7",
        "../../../devices/pci0000:16/0000:16:01.0/0000:17:00.0");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    String text = Inputs.text(bytes).strip();
    assertThat(HostFile.numberIn(bytes, bytes.length)).isEqualTo(number(Inputs.text(bytes)));
    PciDevices.speed(text).ifPresent(speed -> assertThat(speed).isBetween(0.0, 1000.0));
    PciDevices.root(text).ifPresent(root -> assertThat(text).contains(root + "/"));
    PciAddress.parse(text)
        .ifPresent(address -> assertThat(PciAddress.parse(address.toString())).contains(address));
    CharDevices.parse(text)
        .ifPresent(number -> {
          assertThat(number.major()).isNotNegative();
          assertThat(number.minor()).isNotNegative();
        });
  }

  /**
   * What sysfs writes: decimal, negative, or hexadecimal after {@code 0x}, and white space around.
   */
  private static OptionalLong number(String all) {
    String text = all.replaceAll("^[\\s\\x1c-\\x1f]+|[\\s\\x1c-\\x1f]+$", "");
    BigInteger value;
    if (text.matches("-?[0-9]+")) {
      value = new BigInteger(text);
    } else if (text.matches("-?0[xX][0-9a-fA-F]+")) {
      value = new BigInteger(text.replaceFirst("0[xX]", ""), 16);
    } else {
      return OptionalLong.empty();
    }
    return value.bitLength() < 64 ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
  }
}
