package dev.acceld.probe.amd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.KernelMessage;
import dev.acceld.vendor.KernelMessage.Ending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmdgpuKernelLinesTest {
  private final AmdgpuKernelLines lines = new AmdgpuKernelLines();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "amdgpu 0000:c3:00.0: amdgpu: GPU reset begin!|amdgpu-reset",
        "amdgpu 0000:c3:00.0: amdgpu: GPU reset(1) succeeded!|amdgpu-reset",
        "amdgpu 0000:c3:00.0: amdgpu: MODE1 reset|amdgpu-reset",
        "amdgpu 0000:c3:00.0: amdgpu: [gfxhub] page fault (src_id:0 ring:24 vmid:3 pasid:32769)"
            + "|amdgpu-page-fault",
        "amdgpu 0000:c3:00.0: amdgpu: ring gfx_0.0.0 timeout, signaled seq=5, emitted seq=6"
            + "|amdgpu-timeout",
        "amdgpu 0000:c3:00.0: amdgpu: 1 uncorrectable hardware errors detected in umc block"
            + "|amdgpu-ecc",
        "amdgpu 0000:c3:00.0: amdgpu: SMU is initialized successfully!|amdgpu"
      })
  void aLineIsReadWithItsDevice(String line, String rule) {
    KernelMessage message = lines.read(line).orElseThrow();
    assertThat(message.rule()).isEqualTo(rule);
    assertThat(message.about().orElseThrow()).hasToString("0000:c3:00.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 uncorrectable hardware errors detected in umc block|ras-umc",
        "socket: 0, die: 1, 2 new uncorrectable hardware errors detected in gfx block|ras-gfx",
        "{7} socket: 0, die: 1, 2 new uncorrectable hardware errors detected in xgmi_wafl block"
            + "|ras-xgmiwafl",
        "socket: 0, die: 1, 2 uncorrectable hardware errors detected in total in gfx block|",
        "{7} socket: 0, die: 1, 2 new correctable hardware errors detected in gfx block|",
        "5 correctable hardware errors detected in umc block, no user action is needed.|",
        "1 uncorrectable hardware errors detected in warp_drive block|",
        "0 uncorrectable hardware errors detected in umc block|",
        "GPU reset begin!|",
      })
  void onlyNewUncorrectableErrorsAreFaults(String said, String signal) {
    KernelMessage message = lines.read("amdgpu 0000:c3:00.0: amdgpu: " + said).orElseThrow();
    assertThat(message.fault().map(FaultCode::signal).orElse(null)).isEqualTo(signal);
    assertThat(message.ending()).isEqualTo(Ending.NOTHING);
    assertThat(lines.reason()).isEqualTo("ras");
  }

  @Test
  void aResetEndsWhatTheDeviceHadAndALoadWhatAllHad() {
    assertThat(
            lines
                .read("amdgpu 0000:c3:00.0: amdgpu: GPU reset(1) succeeded!")
                .orElseThrow()
                .ending())
        .isEqualTo(Ending.DEVICE);
    assertThat(lines.read("[drm] amdgpu kernel modesetting enabled.").orElseThrow().ending())
        .isEqualTo(Ending.VENDOR);
  }

  @Test
  void someLinesNameNoDevice() {
    assertThat(
            lines
                .read("[drm:amdgpu_job_timedout [amdgpu]] *ERROR* ring sdma0 timeout")
                .orElseThrow()
                .about())
        .isEmpty();
    assertThat(lines.read("snd_hda_intel 0000:c3:00.1: bound 0000:c3:00.0")).isEmpty();
  }
}
