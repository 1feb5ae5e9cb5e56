package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.dra.cluster.ResourceClaim.Toleration;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the plugin needs of a ResourceClaim, token by token: the rest (managedFields above
 * all) is skipped unseen.
 */
final class ClaimJson {
  static final String POD_CLAIM_NAME = "resource.kubernetes.io/pod-claim-name";

  private String name = "";
  private String namespace = "";
  private String uid = "";
  private final Map<String, String> annotations = new HashMap<>();
  private final List<PodRef> pods = new ArrayList<>();
  private @Nullable Allocation allocation;

  private ClaimJson() {}

  static ResourceClaim read(JsonFactory json, InputStream body) throws IOException {
    ClaimJson c = new ClaimJson();
    try (JsonParser p = json.createParser(body)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the answer is not a JSON object");
      }
      Fields.each(p, c::top);
    }
    if (c.uid.isEmpty()) {
      throw new IOException("the answer has no metadata.uid");
    }
    return new ResourceClaim(
        new ClaimRef(c.namespace, c.name, c.uid),
        Optional.ofNullable(c.annotations.get(POD_CLAIM_NAME)),
        Optional.ofNullable(c.allocation),
        c.pods,
        c.annotations);
  }

  private void top(String field, JsonParser p) throws IOException {
    switch (field) {
      case "metadata" -> Fields.each(p, this::metadata);
      case "status" -> Fields.each(p, this::status);
      default -> p.skipChildren();
    }
  }

  private void metadata(String field, JsonParser p) throws IOException {
    switch (field) {
      case "name" -> name = Fields.text(p).orElse("");
      case "namespace" -> namespace = Fields.text(p).orElse("");
      case "uid" -> uid = Fields.text(p).orElse("");
      case "annotations" ->
          Fields.each(p, (key, q) -> Fields.text(q).ifPresent(text -> annotations.put(key, text)));
      default -> p.skipChildren();
    }
  }

  private void status(String field, JsonParser p) throws IOException {
    switch (field) {
      case "allocation" -> {
        List<Result> results = new ArrayList<>();
        List<OpaqueConfig> config = new ArrayList<>();
        boolean given = p.currentToken() == JsonToken.START_OBJECT;
        Fields.each(
            p,
            (key, q) -> {
              if (!key.equals("devices")) {
                q.skipChildren();
                return;
              }
              Fields.each(
                  q,
                  (list, r) -> {
                    switch (list) {
                      case "results" -> Fields.items(r, s -> results.add(result(s)));
                      case "config" -> Fields.items(r, s -> config(s, config));
                      default -> r.skipChildren();
                    }
                  });
            });
        allocation = given ? new Allocation(results, config) : null;
      }
      case "reservedFor" -> Fields.items(p, this::consumer);
      default -> p.skipChildren();
    }
  }

  private static Result result(JsonParser p) throws IOException {
    String[] text = {"", "", "", ""};
    boolean[] admin = {false};
    String[] share = {""};
    List<Toleration> tolerations = new ArrayList<>();
    Fields.each(
        p,
        (field, q) -> {
          switch (field) {
            case "request" -> text[0] = Fields.text(q).orElse("");
            case "driver" -> text[1] = Fields.text(q).orElse("");
            case "pool" -> text[2] = Fields.text(q).orElse("");
            case "device" -> text[3] = Fields.text(q).orElse("");
            case "adminAccess" -> {
              admin[0] = q.currentToken() == JsonToken.VALUE_TRUE;
              q.skipChildren();
            }
            case "shareID" -> share[0] = Fields.text(q).orElse("");
            case "tolerations" -> Fields.items(q, r -> tolerations.add(toleration(r)));
            default -> q.skipChildren();
          }
        });
    return new Result(
        text[0],
        text[1],
        text[2],
        text[3],
        admin[0],
        share[0].isEmpty() ? Optional.empty() : Optional.of(share[0]),
        tolerations);
  }

  private static Toleration toleration(JsonParser p) throws IOException {
    String[] text = {"", "", "", ""};
    Fields.each(
        p,
        (field, q) -> {
          switch (field) {
            case "key" -> text[0] = Fields.text(q).orElse("");
            case "operator" -> text[1] = Fields.text(q).orElse("");
            case "value" -> text[2] = Fields.text(q).orElse("");
            case "effect" -> text[3] = Fields.text(q).orElse("");
            default -> q.skipChildren();
          }
        });
    return new Toleration(text[0], text[1].equals("Exists"), text[2], text[3]);
  }

  private static void config(JsonParser p, List<OpaqueConfig> into) throws IOException {
    boolean[] fromClass = {false};
    List<String> requests = new ArrayList<>();
    String[] opaque = {"", ""};
    Fields.each(
        p,
        (field, q) -> {
          switch (field) {
            case "source" -> fromClass[0] = Fields.text(q).filter("FromClass"::equals).isPresent();
            case "requests" -> Fields.items(q, r -> Fields.text(r).ifPresent(requests::add));
            case "opaque" ->
                Fields.each(
                    q,
                    (key, r) -> {
                      switch (key) {
                        case "driver" -> opaque[0] = Fields.text(r).orElse("");
                        case "parameters" -> opaque[1] = raw(r);
                        default -> r.skipChildren();
                      }
                    });
            default -> q.skipChildren();
          }
        });
    if (!opaque[0].isEmpty()) {
      into.add(new OpaqueConfig(fromClass[0], requests, opaque[0], opaque[1]));
    }
  }

  private static String raw(JsonParser p) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator g = new JsonFactory().createGenerator(text)) {
      g.copyCurrentStructure(p);
    }
    return text.toString();
  }

  private void consumer(JsonParser p) throws IOException {
    String[] text = {"", "", "", ""};
    Fields.each(
        p,
        (field, q) -> {
          switch (field) {
            case "apiGroup" -> text[0] = Fields.text(q).orElse("");
            case "resource" -> text[1] = Fields.text(q).orElse("");
            case "name" -> text[2] = Fields.text(q).orElse("");
            case "uid" -> text[3] = Fields.text(q).orElse("");
            default -> q.skipChildren();
          }
        });
    if (text[0].isEmpty() && text[1].equals("pods")) {
      pods.add(new PodRef(namespace, text[2], text[3]));
    }
  }
}
