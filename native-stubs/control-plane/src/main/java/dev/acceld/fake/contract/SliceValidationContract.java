package dev.acceld.fake.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.contract.ApiServerCalls.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server does to a ResourceSlice that it is given. It stores none of them. */
public abstract class SliceValidationContract {
  private static final String TRY = ApiServerContract.SLICES + "?dryRun=All";

  private final String driver = "contract-" + UUID.randomUUID() + ".acceld.dev";

  /** Not made by users. */
  protected SliceValidationContract() {}

  /** The server that is held to it. */
  protected abstract ApiServerAccess access();

  private Answer create(ObjectNode slice) throws Exception {
    try (ApiServerCalls api = new ApiServerCalls(access())) {
      return api.send("POST", TRY, slice);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "81920Mi, 80Gi",
    "81559Mi, 81559Mi",
    "1.5Gi, 1536Mi",
    "7, 7",
    "1000, 1k",
    "1024, 1024",
    "2000M, 2G",
    "0.5, 500m"
  })
  void quantitiesComeBackInTheServersForm(String written, String read) throws Exception {
    ObjectNode slice = new SliceText(driver).named(driver);
    SliceText.device(slice).withObject("/capacity/memory").put("value", written);
    Answer made = create(slice);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().at("/spec/devices/0/capacity/memory/value").asText()).isEqualTo(read);
  }

  @Test
  void taintsGetTheTimeInWholeSeconds() throws Exception {
    ObjectNode slice = new SliceText(driver).named(driver);
    taint(SliceText.device(slice), "NoSchedule");
    Answer made = create(slice);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    JsonNode time = made.body().at("/spec/devices/0/taints/0/timeAdded");
    assertThat(Instant.parse(time.asText()).getNano()).isZero();
    assertThat(Duration.between(Instant.parse(time.asText()), Instant.now()).abs())
        .isLessThan(Duration.ofMinutes(5));
  }

  /** Each of them breaks a valid slice in one place. */
  static Stream<Named<Consumer<ObjectNode>>> mistakes() {
    return Stream.of(
        mistake("no driver", slice -> slice.withObject("/spec").put("driver", "")),
        mistake("no node", slice -> slice.withObject("/spec").remove("nodeName")),
        mistake(
            "a pool of no slice",
            slice -> slice.withObject("/spec/pool").put("resourceSliceCount", 0)),
        mistake("a device in upper case", slice -> SliceText.device(slice).put("name", "GPU_0")),
        mistake("two devices of one name", slice -> SliceText.more(slice, "gpu-0")),
        mistake(
            "an attribute with two values",
            slice -> SliceText.device(slice).withObject("/attributes/model").put("int", 1)),
        mistake(
            "an attribute without a value",
            slice -> SliceText.device(slice).withObject("/attributes").putObject("other")),
        mistake(
            "a text of 65 bytes",
            slice ->
                SliceText.device(slice)
                    .withObject("/attributes/model")
                    .put("string", "x".repeat(65))),
        mistake(
            "a version that is none",
            slice ->
                SliceText.device(slice)
                    .withObject("/attributes")
                    .putObject("driver")
                    .put("version", "1.2")),
        mistake(
            "an attribute's name with a dash",
            slice ->
                SliceText.device(slice)
                    .withObject("/attributes")
                    .putObject("no-name")
                    .put("int", 1)),
        mistake("an unknown effect", slice -> taint(SliceText.device(slice), "NoEntry")),
        mistake(
            "129 devices",
            slice -> {
              for (int i = 1; i <= 128; i++) {
                SliceText.more(slice, "gpu-" + i);
              }
            }),
        mistake(
            "65 devices with a taint among them",
            slice -> {
              taint(SliceText.device(slice), "NoSchedule");
              for (int i = 1; i <= 64; i++) {
                SliceText.more(slice, "gpu-" + i);
              }
            }));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void oneMistakeAnywhereRefusesTheSlice(Consumer<ObjectNode> mistake) throws Exception {
    ObjectNode slice = new SliceText(driver).named(driver);
    mistake.accept(slice);
    Answer refused = create(slice);
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(422);
    assertThat(refused.body().path("reason").asText()).isEqualTo("Invalid");
  }

  @Test
  void aHundredAndTwentyEightPlainDevicesFit() throws Exception {
    ObjectNode slice = new SliceText(driver).named(driver);
    for (int i = 1; i < 128; i++) {
      SliceText.more(slice, "gpu-" + i);
    }
    assertThat(create(slice).status()).isEqualTo(201);
  }

  private static void taint(ObjectNode device, String effect) {
    device.putArray("taints").addObject().put("key", "acceld.dev/contract").put("effect", effect);
  }

  private static Named<Consumer<ObjectNode>> mistake(String name, Consumer<ObjectNode> change) {
    return Named.of(name, change);
  }
}
