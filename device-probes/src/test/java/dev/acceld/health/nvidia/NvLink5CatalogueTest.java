package dev.acceld.health.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvLink5CatalogueTest {
  private final NvidiaHealthRules rules = new NvidiaHealthRules();

  private HealthRule rule(FaultCode code) {
    return rules.fault(code).rule();
  }

  /** Lines of NVIDIA's sheet, one of each kind of answer. */
  @ParameterizedTest
  @CsvSource({
    "144, SAW_MVB,          0,  2,        xid-144.saw-mvb.2,           UNHEALTHY",
    "144, SAW_MVB,          0,  4,        xid-144.saw-mvb.4,           COUNTED",
    "145, RLW_REMAP,        0,  80,       xid-145.rlw-remap.80,        UNHEALTHY",
    "145, RLW_REMAP,        0,  80000000, xid-145.rlw-remap.80000000,  COUNTED",
    "146, TLW_RX_PIPE1,     0,  4,        xid-146.tlw-rx.4,            UNHEALTHY",
    "148, NVLPW,            0,  80000000, xid-148.nvlpw-ctrl.80000000, COUNTED",
    "149, NETIR_LINK_EVT,   37, 0,        xid-149.netir-link-evt.37,   UNHEALTHY",
    "149, NETIR_LINK_DOWN,  38, 0,        xid-149.netir-link-evt.38,   DEGRADED",
    "149, NETIR_BER_EVENT,  0,  3,        xid-149.netir-ber-event.3,   DEGRADED",
    "149, NETIR_MFDE_EVENT, 0,  5,        xid-149.netir-mfde-event.5,  UNHEALTHY",
    "150, MSE_WATCHDOG,     0,  0,        xid-150.mse-watchdog.0,      UNHEALTHY",
  })
  void aCauseHasARuleOfItsOwn(
      long xid, String unit, int subCode, String status, String signal, Outcome outcome) {
    FaultCode code = NvidiaHealthRules.nvlink5(xid, unit, subCode, Long.parseLong(status, 16));
    assertThat(code.signal()).isEqualTo(signal);
    assertThat(code.common()).isEqualTo(NvidiaHealthRules.xid(xid));
    assertThat(rule(code).signal()).isEqualTo(signal);
    assertThat(rule(code).outcome()).isEqualTo(outcome);
  }

  /** What the sheet does not tell is as grave as the XID is without a cause. */
  @ParameterizedTest
  @CsvSource({
    "149, NETIR_LINK_EVT, 40, 0",
    "149, NETIR_LINK_EVT, 63, 0",
    "145, RLW_RXPIPE,     0,  1",
    "145, RLW_REMAP,      1,  40",
    "145, RLW_REMAP,      0,  400",
    "144, 'no unit; \u00e9', 0, 2",
  })
  void whatIsNotKnownCountsAsTheXid(long xid, String unit, int subCode, String status) {
    FaultCode code = NvidiaHealthRules.nvlink5(xid, unit, subCode, Long.parseLong(status, 16));
    assertThat(code).isEqualTo(NvidiaHealthRules.xid(xid));
    assertThat(rule(code).outcome()).isEqualTo(Outcome.UNHEALTHY);
  }

  @Test
  void theGravestBitCountsIfAllAreKnown() {
    assertThat(NvidiaHealthRules.nvlink5(145, "RLW_REMAP", 0, 0x141).detail())
        .isEqualTo("rlw-remap.40");
    assertThat(NvidiaHealthRules.nvlink5(145, "RLW_REMAP", 0, 0x441))
        .isEqualTo(NvidiaHealthRules.xid(145));
  }
}
