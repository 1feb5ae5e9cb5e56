package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** All objects in memory, one counter of versions, and who watches. */
final class ObjectStore {
  private static final int HISTORY = 2_000;

  private final ObjectMapper mapper;
  private final ApiServerFaults faults;
  private final TreeMap<String, ObjectNode> objects = new TreeMap<>();
  private final List<Event> history = new ArrayList<>();
  private final List<BlockingQueue<Event>> watchers = new ArrayList<>();
  private long version = 100;
  private long oldest = 100;

  ObjectStore(ObjectMapper mapper, ApiServerFaults faults) {
    this.mapper = mapper;
    this.faults = faults;
  }

  /** A change; type {@code END} ends a watch. */
  record Event(long version, String type, ApiKind kind, ObjectNode object) {}

  synchronized ObjectNode create(ApiKind kind, String namespace, ObjectNode given)
      throws ApiRefusalException {
    return put("ADDED", kind, namespace, dryRun(kind, namespace, given));
  }

  /** What {@link #create} would store. */
  synchronized ObjectNode dryRun(ApiKind kind, String namespace, ObjectNode given)
      throws ApiRefusalException {
    ObjectNode object = given.deepCopy();
    ObjectNode meta = object.withObject("metadata");
    if (meta.path("name").asText().isEmpty()) {
      String prefix = meta.path("generateName").asText();
      if (prefix.isEmpty()) {
        throw new ApiRefusalException(
            422, "Invalid", "metadata.name: Required value: name or generateName");
      }
      String random =
          Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36, 60_466_176), 36);
      meta.put("name", prefix.substring(0, Math.min(58, prefix.length())) + random);
    }
    String name = meta.path("name").asText();
    if (objects.containsKey(key(kind, namespace, name))) {
      throw new ApiRefusalException(
          409, "AlreadyExists", kind.plural() + " \"" + name + "\" already exists");
    }
    meta.put("uid", UUID.randomUUID().toString());
    meta.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    meta.put("generation", 1);
    if (kind.namespaced()) {
      meta.put("namespace", namespace);
    }
    SliceRules.apply(kind, object, faults);
    EventRules.created(kind, object);
    return object;
  }

  /** Replaces all but {@code status}, where that is a resource of its own. */
  synchronized ObjectNode update(ApiKind kind, String namespace, ObjectNode given)
      throws ApiRefusalException {
    ObjectNode object = given.deepCopy();
    if (kind.namespaced()) { // pods and claims
      JsonNode status =
          existing(kind, namespace, given.path("metadata").path("name").asText()).path("status");
      object.remove("status");
      if (!status.isMissingNode()) {
        object.set("status", status);
      }
    }
    return replace(kind, namespace, object);
  }

  /** Replaces all of it. */
  synchronized ObjectNode replace(ApiKind kind, String namespace, ObjectNode given)
      throws ApiRefusalException {
    ObjectNode object = given.deepCopy();
    ObjectNode meta = object.withObject("metadata");
    String name = meta.path("name").asText();
    ObjectNode old = existing(kind, namespace, name);
    String expected = meta.path("resourceVersion").asText();
    String uid = meta.path("uid").asText();
    ObjectNode oldMeta = old.withObject("metadata");
    if (!expected.isEmpty() && !expected.equals(oldMeta.path("resourceVersion").asText())
        || !uid.isEmpty() && !uid.equals(oldMeta.path("uid").asText())) {
      throw new ApiRefusalException(
          409,
          "Conflict",
          "Operation cannot be fulfilled on "
              + kind.plural()
              + " \""
              + name
              + "\": the object has been modified; please apply your changes to the latest version");
    }
    for (String kept :
        List.of("uid", "creationTimestamp", "generation", "namespace", "resourceVersion")) {
      if (oldMeta.has(kept)) {
        meta.set(kept, oldMeta.get(kept));
      }
    }
    SliceRules.apply(kind, object, faults);
    EventRules.changed(kind, object, old);
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    if (object.equals(old)) {
      return old.deepCopy();
    }
    if (!object.path("spec").equals(old.path("spec"))) {
      meta.put("generation", oldMeta.path("generation").asInt() + 1);
    }
    return put("MODIFIED", kind, namespace, object);
  }

  /** Replaces only {@code status}. */
  synchronized ObjectNode updateStatus(ApiKind kind, String namespace, ObjectNode given)
      throws ApiRefusalException {
    ObjectNode old = existing(kind, namespace, given.path("metadata").path("name").asText());
    ObjectNode object = old.deepCopy();
    object.set("status", given.path("status").deepCopy());
    String expected = given.path("metadata").path("resourceVersion").asText();
    object.withObject("metadata").put("resourceVersion", expected);
    return replace(kind, namespace, object);
  }

  /** Changes what the patch names. */
  synchronized ObjectNode patch(
      ApiKind kind, String namespace, String name, UnaryOperator<ObjectNode> change)
      throws ApiRefusalException {
    return replace(kind, namespace, change.apply(existing(kind, namespace, name)));
  }

  /** Deletes; with a UID only the object that has it. */
  synchronized ObjectNode delete(ApiKind kind, String namespace, String name, String uid)
      throws ApiRefusalException {
    ObjectNode old = existing(kind, namespace, name);
    String actual = old.path("metadata").path("uid").asText();
    if (!uid.isEmpty() && !uid.equals(actual)) {
      throw new ApiRefusalException(
          409,
          "Conflict",
          "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + actual);
    }
    objects.remove(key(kind, namespace, name));
    version++;
    old.withObject("metadata").put("resourceVersion", String.valueOf(version));
    notifyWatchers(new Event(version, "DELETED", kind, old));
    return old;
  }

  synchronized Optional<ObjectNode> find(ApiKind kind, String namespace, String name) {
    return Optional.ofNullable(objects.get(key(kind, namespace, name))).map(ObjectNode::deepCopy);
  }

  synchronized List<ObjectNode> list(ApiKind kind, String namespace, Predicate<ObjectNode> wanted) {
    String prefix = kind + "/" + (namespace.isEmpty() ? "" : namespace + "/");
    List<ObjectNode> found = new ArrayList<>();
    objects
        .tailMap(prefix)
        .forEach((key, object) -> {
          if (key.startsWith(prefix) && wanted.test(object)) {
            found.add(object.deepCopy());
          }
        });
    return found;
  }

  synchronized long version() {
    return version;
  }

  /**
   * All changes after a version, then those to come; empty when that version is forgotten already.
   */
  synchronized Optional<BlockingQueue<Event>> watch(long after) {
    if (after < oldest) {
      return Optional.empty();
    }
    BlockingQueue<Event> queue = new LinkedBlockingQueue<>();
    for (Event e : history) {
      if (e.version() > after) {
        queue.add(e);
      }
    }
    watchers.add(queue);
    return Optional.of(queue);
  }

  synchronized void unwatch(BlockingQueue<Event> queue) {
    watchers.removeIf(q -> q == queue);
  }

  synchronized void cutWatches() {
    watchers.forEach(
        q -> q.add(new Event(version, "END", ApiKind.NODES, mapper.createObjectNode())));
  }

  synchronized void compact() {
    history.clear();
    version++;
    oldest = version;
    cutWatches();
  }

  private ObjectNode put(String type, ApiKind kind, String namespace, ObjectNode object) {
    version++;
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    ObjectNode meta = object.withObject("metadata");
    meta.put("resourceVersion", String.valueOf(version));
    objects.put(key(kind, namespace, meta.path("name").asText()), object);
    notifyWatchers(new Event(version, type, kind, object.deepCopy()));
    return object.deepCopy();
  }

  private void notifyWatchers(Event event) {
    if (history.size() == HISTORY) {
      oldest = history.removeFirst().version();
    }
    history.add(event);
    watchers.forEach(q -> q.add(event));
  }

  private ObjectNode existing(ApiKind kind, String namespace, String name)
      throws ApiRefusalException {
    ObjectNode old = objects.get(key(kind, namespace, name));
    if (old == null) {
      throw new ApiRefusalException(404, "NotFound", kind.plural() + " \"" + name + "\" not found");
    }
    return old.deepCopy();
  }

  private static String key(ApiKind kind, String namespace, String name) {
    return kind.namespaced() ? kind + "/" + namespace + "/" + name : kind + "/" + name;
  }
}
