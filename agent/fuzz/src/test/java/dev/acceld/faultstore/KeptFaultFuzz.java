package dev.acceld.faultstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/** Kept faults on disk, with a checksum that is correct whatever the content is. */
class KeptFaultFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        acceld-fault 1
        uuid=GPU-1b4e28ba-2fa1-11d2-883f-0016d3cca427
        pci=0000:17:00.0
        condition=xid-79
        since=2026-11-20T10:00:00Z
        boot=1b4e28ba
        energy=12.5
        action=2.0
        ended=2026-11-20T11:00:00Z
        evidence=its energy counter restarted
        round=3
        """);
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws NoSuchAlgorithmException {
    Executions.count();
    String text = Inputs.text(bytes);
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    String whole = text + "sha256=" + HexFormat.of().formatHex(digest) + "\n";
    Optional<KeptFault> fault = KeptFaultCodec.decode(whole.getBytes(StandardCharsets.UTF_8));
    if (fault.isPresent()) {
      byte[] once = KeptFaultCodec.encode(fault.get());
      Optional<KeptFault> again = KeptFaultCodec.decode(once);
      assertThat(again).isPresent();
      assertThat(KeptFaultCodec.encode(again.get())).isEqualTo(once);
    }
    assertThat(KeptFaultCodec.decode(bytes)).isEmpty();
  }
}
