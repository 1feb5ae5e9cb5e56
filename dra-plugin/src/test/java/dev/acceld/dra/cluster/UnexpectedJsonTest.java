package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Objects with values of other types than the API has. */
class UnexpectedJsonTest {
  private static InputStream in(String json) {
    return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aFieldThatIsNoTextIsAbsentAndDoesNotShiftTheOthers() throws IOException {
    ResourceClaim claim =
        ClaimJson.read(
            new JsonFactory(),
            in(
                """
                {"metadata":{"name":{"uid":"other"},"uid":"u","namespace":"n","annotations":{
                "a":["b"],"c":"d"}},"status":{"allocation":{"devices":{"results":[{"request":["x"],
                "driver":"acceld.dev","pool":{"device":"other"},"device":"d","adminAccess":{
                "device":"other"},"shareID":null}]}}}}\
                """));
    assertThat(claim.ref()).isEqualTo(new ClaimRef("n", "", "u"));
    assertThat(claim.annotations()).hasSize(1).containsEntry("c", "d");
    assertThat(claim.allocation().orElseThrow().results())
        .singleElement()
        .satisfies(result -> {
          assertThat(result.device()).isEqualTo("d");
          assertThat(result.pool()).isEmpty();
          assertThat(result.adminAccess()).isFalse();
          assertThat(result.shareId()).isEmpty();
        });
  }

  @Test
  void aNumberBeyondAllNumbersIsAForeignChange() throws IOException {
    ResourceSlice slice =
        SliceReader.read(
            new ObjectMapper().readTree("{\"spec\":{\"pool\":{\"generation\":1e400}}}"));
    assertThat(slice.beside().fields()).containsKey("pool.generation");
  }
}
