package dev.acceld.dra.events;

/** Hears what became of each Event, on the thread that writes them. */
@FunctionalInterface
public interface EventObserver {
  /** It was not written, because the API server did not take it in time, or there were too many. */
  String DROPPED = "dropped";

  /**
   * One request was answered, or given up.
   *
   * @param outcome {@code ok}, the reason of a refusal in lower case ({@code forbidden}, …), or
   *     {@link #DROPPED}
   */
  void told(String outcome);
}
