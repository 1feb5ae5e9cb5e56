package dev.acceld.dra.cluster.events;

import java.time.Instant;

/**
 * An Event of {@code events.k8s.io/v1}. The limits are those of the API server's validation.
 *
 * @param name unique in the namespace of its object, a DNS subdomain
 * @param regarding what it is about
 * @param related another object that has to do with it
 * @param warning type {@code Warning}, otherwise {@code Normal}
 * @param reason why, one word in CamelCase, 128 characters at most
 * @param action what was done, one word in CamelCase, 128 characters at most
 * @param note for a person, {@link #MOST_NOTE_BYTES} at most
 * @param controller who reports, {@code acceld.dev}; a qualified name
 * @param instance which of them, 128 characters at most
 * @param at when it happened first
 * @param count how often it has happened; from 2 on it is a series
 * @param last when it happened last
 */
public record Event(
    String name,
    ObjectRef regarding,
    ObjectRef related,
    boolean warning,
    String reason,
    String action,
    String note,
    String controller,
    String instance,
    Instant at,
    int count,
    Instant last) {
  /** What the API server accepts. */
  public static final int MOST_NOTE_BYTES = 1024;

  /** The same about a Node whose UID is known by now. */
  public Event withNodeUid(String uid) {
    return new Event(
        name,
        named(regarding, uid),
        named(related, uid),
        warning,
        reason,
        action,
        note,
        controller,
        instance,
        at,
        count,
        last);
  }

  private static ObjectRef named(ObjectRef ref, String uid) {
    return ref.kind().equals("Node") && ref.uid().isEmpty() ? ObjectRef.node(ref.name(), uid) : ref;
  }
}
