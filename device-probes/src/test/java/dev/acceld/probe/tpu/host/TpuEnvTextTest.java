package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.host.FactSource.Statement;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TpuEnvTextTest {
  private static final String GOOD =
      """
      # written by the image
      ACCELERATOR_TYPE: 'v5litepod-16'
      CHIPS_PER_HOST_BOUNDS: '2,2,1'
      CONSUMER_PROJECT_ID: 'my-project'
      HEALTH_CHECK_MIN_INTERVAL: 30

      HOST_BOUNDS: '2,2,1'
      NODE_ID: 'my-tpu'
      RUNTIME_VERSION: 'v2-alpha-tpuv5-lite'
      TOPOLOGY: '4x4'
      TYPE: 'V5LITE_POD'
      WORKER_ID: '1'
      ZONE: 'us-west4-a'
      """;

  private static Statement parse(String text) {
    return TpuEnvText.parse("tpu-env", text);
  }

  @Test
  void readsWhatAMachineImageWrites() {
    Statement read = parse(GOOD);
    assertThat(read.facts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Fact.ACCELERATOR_TYPE, "v5litepod-16",
                Fact.CHIPS_PER_HOST_BOUNDS, "2,2,1",
                Fact.SLICE_NAME, "my-tpu",
                Fact.TOPOLOGY, "4x4",
                Fact.WORKER_ID, "1"));
    assertThat(read.problems()).isEmpty();
  }

  @Test
  void takesOtherWaysToWriteAValue() {
    assertThat(parse("WORKER_ID: 3\r\nTOPOLOGY:\"2x4\"\r\n\tNODE_ID : ' it's '").facts())
        .containsOnly(
            Map.entry(Fact.WORKER_ID, "3"),
            Map.entry(Fact.TOPOLOGY, "2x4"),
            Map.entry(Fact.SLICE_NAME, "it's"));
  }

  @Test
  void anEmptyValueSaysNothing() {
    assertThat(parse("WORKER_ID: ''\nTOPOLOGY:\nNODE_ID: ' '")).isEqualTo(Statement.NOTHING);
    assertThat(parse("")).isEqualTo(Statement.NOTHING);
  }

  @Test
  void aLastLineThatIsCutOffCostsOnlyItself() {
    Statement inValue = parse("WORKER_ID: '1'\nTOPOLOGY: '4x");
    assertThat(inValue.facts()).containsOnly(Map.entry(Fact.WORKER_ID, "1"));
    assertThat(inValue.problems())
        .containsExactly(
            "tpu-env: the value of TOPOLOGY in line 2 is cut off or too long; it is ignored");
    Statement inKey = parse("WORKER_ID: '1'\n\nTOPO");
    assertThat(inKey.facts()).containsOnly(Map.entry(Fact.WORKER_ID, "1"));
    assertThat(inKey.problems())
        .containsExactly("tpu-env: line 3 is not KEY: 'value'; it is ignored");
  }

  @Test
  void aQuoteThatIsMissingAtEitherEndIsNamed() {
    for (String value : new String[] {"'my-tpu", "my-tpu'", "\"my-tpu", "'my-tpu\"", "'", "\""}) {
      Statement read = parse("NODE_ID: " + value);
      assertThat(read.facts()).as(value).isEmpty();
      assertThat(read.problems()).as(value).singleElement().asString().contains("of NODE_ID");
    }
  }

  @Test
  void aHugeValueIsNotTaken() {
    assertThat(parse("NODE_ID: '" + "x".repeat(256) + "'").facts()).containsKey(Fact.SLICE_NAME);
    Statement read = parse("NODE_ID: '" + "x".repeat(100_000) + "'\nWORKER_ID: '1'");
    assertThat(read.facts()).containsOnlyKeys(Fact.WORKER_ID);
    assertThat(read.problems())
        .singleElement()
        .asString()
        .contains("NODE_ID", "too long")
        .hasSizeLessThan(200);
  }

  @Test
  void theFirstOfTwoValuesCountsAndTheOtherIsNamed() {
    Statement read = parse("WORKER_ID: '1'\nWORKER_ID: '2'");
    assertThat(read.facts()).containsEntry(Fact.WORKER_ID, "1");
    assertThat(read.problems())
        .containsExactly("tpu-env: WORKER_ID occurs twice; '1' of the first counts");
    assertThat(parse("NODE_ID: 'a'\nSLICE_NAME: 'a'").problems()).isEmpty();
  }

  @Test
  void aMessageIsOneLineWithoutControlCharacters() {
    assertThat(parse("TOPOLOGY: '2x2\u001b[31m'\nTOPOLOGY: '4x4'").problems())
        .containsExactly("tpu-env: TOPOLOGY occurs twice; '2x2\\u001b[31m' of the first counts");
  }

  @Test
  void namesThreeProblemsAtMost() {
    Statement read = parse("nonsense\n".repeat(400) + "WORKER_ID: '1'");
    assertThat(read.facts()).containsOnlyKeys(Fact.WORKER_ID);
    assertThat(read.problems()).hasSize(3).first().asString().contains("line 1 ");
  }

  @Test
  void doesNotReadOnWithoutEnd() {
    assertThat(parse("x: y\n".repeat(100_000) + "WORKER_ID: '1'")).isEqualTo(Statement.NOTHING);
  }

  @Test
  void binaryGarbageIsNamedAndNothingElse() {
    byte[] bytes = new byte[64 * 1024];
    new Random(7).nextBytes(bytes);
    Statement read = parse(new String(bytes, StandardCharsets.UTF_8));
    assertThat(read.facts()).isEmpty();
    assertThat(read.problems()).hasSize(3);
    assertThat(parse("\0".repeat(64 * 1024)).problems()).hasSize(1);
  }

  @Test
  void noTextThrows() {
    TextMutator mutator = new TextMutator(GOOD);
    for (int i = 0; i < 20_000; i++) {
      String text = mutator.next();
      Statement read = parse(text);
      assertThat(read.problems().size()).as(text).isLessThanOrEqualTo(3);
      for (String value : read.facts().values()) {
        assertThat(value.length()).as(text).isBetween(1, 256);
      }
    }
  }
}
