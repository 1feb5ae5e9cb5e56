package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantities of Kubernetes. */
class QuantityFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds("80Gi", "81559Mi", "2E3", "2E", "-1", "0.1m", "1e999999999", "9e18Ei");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    String text = Inputs.text(bytes);
    Quantities.parse(text)
        .ifPresent(amount -> assertThat(Quantities.parse(amount.quantity())).contains(amount));
    Quantities.exact(text).ifPresent(exact -> assertThat(exact.precision()).isLessThan(200));
  }
}
