package dev.acceld.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.kernel.fault.FaultEchoes;
import dev.acceld.probe.Fakes;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Three sources tell of the same faults, in any order. */
class FaultEchoesTest {
  private static final Device GPU = Fakes.gpu("gpu-0");
  private static final FaultCode XID = new FaultCode("xid", "79");
  private static final Instant AT = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void eachFaultIsNewOnceInWhateverOrderItsReportsCome() {
    for (int seed = 0; seed < 200; seed++) {
      List<FaultSource> reports = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        reports.addAll(EnumSet.complementOf(EnumSet.of(FaultSource.SOLE)));
      }
      Collections.shuffle(reports, new Random(seed));
      FaultEchoes echoes = new FaultEchoes();
      long faults = reports.stream().filter(r -> !echoes.is(GPU, XID, AT, r)).count();
      assertThat(faults).as("seed %s: %s", seed, reports).isEqualTo(3);
    }
  }

  @Test
  void oneSourceAloneRepeatsNothing() {
    FaultEchoes echoes = new FaultEchoes();
    for (int i = 0; i < 5; i++) {
      assertThat(echoes.is(GPU, XID, AT, FaultSource.SECOND_EVENT)).isFalse();
    }
  }

  @Test
  void whatIsFarApartOrOfAnotherGpuOrNumberIsNoEcho() {
    FaultEchoes echoes = new FaultEchoes();
    assertThat(echoes.is(GPU, XID, AT, FaultSource.DRIVER)).isFalse();
    Instant late = AT.plus(FaultEchoes.TOGETHER).plusMillis(1);
    assertThat(echoes.is(GPU, XID, late, FaultSource.SECOND_EVENT)).isFalse();
    assertThat(echoes.is(Fakes.gpu("gpu-1"), XID, AT, FaultSource.KERNEL_LOG)).isFalse();
    FaultCode other = new FaultCode("xid", "31");
    assertThat(echoes.is(GPU, other, AT, FaultSource.KERNEL_LOG)).isFalse();
    assertThat(echoes.is(GPU, XID, late, FaultSource.DRIVER)).isTrue();
  }
}
