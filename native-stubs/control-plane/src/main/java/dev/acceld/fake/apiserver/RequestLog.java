package dev.acceld.fake.apiserver;

import java.util.ArrayList;
import java.util.List;

/** The requests that the fake answered, oldest first; the last ten thousand are kept. */
public final class RequestLog {
  private static final int KEPT = 10_000;

  private final List<Entry> entries = new ArrayList<>();

  RequestLog() {}

  /**
   * One request.
   *
   * @param verb as in RBAC: {@code get}, {@code list}, {@code watch}, {@code create}, …
   * @param resource {@code resourceslices}, {@code resourceclaims/status}, …
   * @param name the object; empty for a list
   * @param status the answer's status
   * @param userAgent who asked
   */
  public record Entry(String verb, String resource, String name, int status, String userAgent) {}

  synchronized void add(Entry entry) {
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    entries.add(entry);
  }

  /** A copy of all. */
  public synchronized List<Entry> all() {
    return List.copyOf(entries);
  }

  /** How many of that verb on that resource, whatever the answer. */
  public synchronized int count(String verb, String resource) {
    int n = 0;
    for (Entry e : entries) {
      if (e.verb().equals(verb) && e.resource().equals(resource)) {
        n++;
      }
    }
    return n;
  }

  /** How many changed something, or tried to. */
  public synchronized int writes() {
    int n = 0;
    for (Entry e : entries) {
      if (!e.verb().equals("get") && !e.verb().equals("list") && !e.verb().equals("watch")) {
        n++;
      }
    }
    return n;
  }

  /** Starts anew. */
  public synchronized void clear() {
    entries.clear();
  }
}
