package dev.acceld.fake.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.contract.ApiServerCalls.Answer;
import dev.acceld.fake.contract.ApiServerCalls.Watch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Objects, versions, lists and watches, as Kubernetes' API conventions have them, on ResourceSlices
 * and ResourceClaims. Each test uses a driver name and claims of its own, and removes them.
 */
public abstract class ApiServerContract {
  static final String SLICES = "/apis/resource.k8s.io/v1/resourceslices";
  static final String CLAIMS = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";

  private final ObjectMapper json = new ObjectMapper();
  private final String driver = "contract-" + UUID.randomUUID() + ".acceld.dev";
  private final List<String> claims = new ArrayList<>();
  private ApiServerCalls api = new ApiServerCalls(ApiServerAccess.plain(java.net.URI.create("")));

  /** Not made by users. */
  protected ApiServerContract() {}

  /** The server that is held to it. */
  protected abstract ApiServerAccess access();

  @BeforeEach
  final void connect() {
    api.close();
    api = new ApiServerCalls(access());
  }

  @AfterEach
  final void remove() throws Exception {
    api.send("DELETE", selected(SLICES), null);
    for (String claim : claims) {
      api.send("DELETE", CLAIMS + "/" + claim, null);
    }
    api.close();
  }

  @Test
  void whatIsCreatedGetsItsIdentityFromTheServer() throws Exception {
    Instant before = Instant.now().minusSeconds(2);
    Answer made = api.send("POST", SLICES, new SliceText(driver).generated("contract-"));

    assertThat(made.status()).isEqualTo(201);
    JsonNode meta = made.body().path("metadata");
    assertThat(meta.path("name").asText()).startsWith("contract-").hasSizeGreaterThan(9);
    assertThat(meta.path("uid").asText()).isNotEmpty();
    assertThat(meta.path("resourceVersion").asText()).isNotEmpty();
    assertThat(meta.path("generation").asInt()).isEqualTo(1);
    assertThat(Instant.parse(meta.path("creationTimestamp").asText())).isAfter(before);
    assertThat(api.get(at(made)).body().path("spec")).isEqualTo(made.body().path("spec"));
  }

  @Test
  void aNameIsTakenOnce() throws Exception {
    ObjectNode slice = new SliceText(driver).named(driver);
    assertThat(api.send("POST", SLICES, slice).status()).isEqualTo(201);
    refused(api.send("POST", SLICES, slice), 409, "AlreadyExists");
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    refused(api.get(SLICES + "/" + driver), 404, "NotFound");
    refused(api.send("DELETE", SLICES + "/" + driver, null), 404, "NotFound");
    refused(api.send("PUT", SLICES + "/" + driver, stale()), 404, "NotFound");
  }

  private ObjectNode stale() {
    ObjectNode slice = new SliceText(driver).named(driver);
    slice.withObject("/metadata").put("resourceVersion", "1");
    return slice;
  }

  @Test
  void aDryRunStoresNothing() throws Exception {
    ObjectNode slice = new SliceText(driver).named(driver);
    Answer tried = api.send("POST", SLICES + "?dryRun=All", slice);
    assertThat(tried.status()).isEqualTo(201);
    assertThat(tried.body().at("/metadata/uid").asText()).isNotEmpty();
    refused(api.get(SLICES + "/" + driver), 404, "NotFound");
  }

  @Test
  void onlyTheNewestVersionCanBeChanged() throws Exception {
    Answer made = api.send("POST", SLICES, new SliceText(driver).named(driver));
    Answer changed = api.send("PUT", at(made), withPoolGeneration(made, 2));

    assertThat(changed.status()).isEqualTo(200);
    assertThat(version(changed)).isNotEqualTo(version(made));
    assertThat(changed.body().at("/metadata/uid")).isEqualTo(made.body().at("/metadata/uid"));
    assertThat(changed.body().at("/metadata/generation").asInt()).isEqualTo(2);
    refused(api.send("PUT", at(made), withPoolGeneration(made, 3)), 409, "Conflict");
    assertThat(api.get(at(made)).body().at("/spec/pool/generation").asInt()).isEqualTo(2);
  }

  @Test
  void aWriteThatChangesNothingMakesNoVersion() throws Exception {
    Answer made = api.send("POST", SLICES, new SliceText(driver).named(driver));
    Answer same = api.send("PUT", at(made), made.body());
    assertThat(same.status()).isEqualTo(200);
    assertThat(version(same)).isEqualTo(version(made));
  }

  @Test
  void aDeleteCanBeBoundToTheUid() throws Exception {
    Answer made = api.send("POST", SLICES, new SliceText(driver).named(driver));
    refused(api.send("DELETE", at(made), precondition("another")), 409, "Conflict");
    String uid = made.body().at("/metadata/uid").asText();
    assertThat(api.send("DELETE", at(made), precondition(uid)).status()).isEqualTo(200);
    refused(api.get(at(made)), 404, "NotFound");
  }

  private ObjectNode precondition(String uid) {
    ObjectNode options = json.createObjectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.withObject("/preconditions").put("uid", uid);
    return options;
  }

  @Test
  void listsAreSelectedByFieldAndReadInPages() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      ObjectNode slice = new SliceText(driver).named(driver + "-" + name);
      slice.withObject("/spec").put("nodeName", name.equals("c") ? "another" : SliceText.NODE);
      assertThat(api.send("POST", SLICES, slice).status()).isEqualTo(201);
    }

    assertThat(names(api.get(selected(SLICES)))).containsExactly("-a", "-b", "-c");
    assertThat(names(api.get(selected(SLICES) + ",spec.nodeName%3Danother"))).containsExactly("-c");
    Answer first = api.get(selected(SLICES) + "&limit=2");
    assertThat(names(first)).containsExactly("-a", "-b");
    String next = first.body().at("/metadata/continue").asText();
    assertThat(names(api.get(selected(SLICES) + "&limit=2&continue=" + next)))
        .containsExactly("-c");
  }

  @Test
  void aPageOfAllTellsHowManyMoreThereAre() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      ObjectNode slice = new SliceText(driver).named(driver + "-" + name);
      assertThat(api.send("POST", SLICES, slice).status()).isEqualTo(201);
    }
    JsonNode page = api.get(SLICES + "?limit=1").body();
    assertThat(page.path("items")).hasSize(1);
    assertThat(page.at("/metadata/remainingItemCount").asLong()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aWatchTellsEveryChangeAfterTheList() throws Exception {
    Answer list = api.get(selected(SLICES));
    Answer made = api.send("POST", SLICES, new SliceText(driver).named(driver));
    String from = list.body().at("/metadata/resourceVersion").asText();

    try (Watch watch =
        api.watch(selected(SLICES) + "&watch=true&timeoutSeconds=60&resourceVersion=" + from)) {
      JsonNode added = watch.next();
      assertThat(added.path("type").asText()).isEqualTo("ADDED");
      assertThat(added.path("object").path("spec")).isEqualTo(made.body().path("spec"));
      Answer changed = api.send("PUT", at(made), withPoolGeneration(made, 2));
      JsonNode modified = watch.next();
      assertThat(modified.path("type").asText()).isEqualTo("MODIFIED");
      assertThat(modified.at("/object/metadata/resourceVersion").asText())
          .isEqualTo(version(changed));
      api.send("DELETE", at(made), null);
      assertThat(watch.next().path("type").asText()).isEqualTo("DELETED");
    }
  }

  @Test
  void theStatusOfAClaimIsWrittenApart() throws Exception {
    String name = "contract-" + UUID.randomUUID();
    claims.add(name);
    Answer made = api.send("POST", CLAIMS, new ClaimText(driver).named(name));
    assertThat(made.status()).isEqualTo(201);

    ObjectNode allocated = new ClaimText(driver).allocated(made.body().deepCopy());
    Answer ignored = api.send("PUT", CLAIMS + "/" + name, allocated);
    assertThat(ignored.status()).isEqualTo(200);
    assertThat(ignored.body().at("/status/allocation").isMissingNode()).isTrue();

    Answer written = api.send("PUT", CLAIMS + "/" + name + "/status", allocated);
    assertThat(written.status()).isEqualTo(200);
    JsonNode stored = api.get(CLAIMS + "/" + name).body();
    assertThat(stored.at("/status/allocation/devices/results/0/device").asText())
        .isEqualTo("gpu-0");
    assertThat(stored.path("spec")).isEqualTo(made.body().path("spec"));
  }

  private ObjectNode withPoolGeneration(Answer slice, int generation) {
    ObjectNode copy = slice.body().deepCopy();
    copy.withObject("/spec/pool").put("generation", generation);
    return copy;
  }

  private List<String> names(Answer list) {
    assertThat(list.status()).isEqualTo(200);
    return list.body()
        .path("items")
        .valueStream()
        .map(item -> item.at("/metadata/name").asText().substring(driver.length()))
        .toList();
  }

  private String selected(String collection) {
    return collection + "?fieldSelector=spec.driver%3D" + driver;
  }

  private static String at(Answer slice) {
    return SLICES + "/" + slice.body().at("/metadata/name").asText();
  }

  private static String version(Answer object) {
    return object.body().at("/metadata/resourceVersion").asText();
  }

  private static void refused(Answer answer, int status, String reason) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().path("kind").asText()).isEqualTo("Status");
    assertThat(answer.body().path("reason").asText()).isEqualTo(reason);
  }
}
