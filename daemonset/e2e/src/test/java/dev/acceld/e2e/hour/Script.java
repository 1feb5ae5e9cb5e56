package dev.acceld.e2e.hour;

import java.util.ArrayList;
import java.util.List;

/** What happens at which minute of the hour. */
final class Script {
  /** Something that may fail, which ends the recording. */
  interface Action {
    void run() throws Exception;
  }

  /**
   * One entry.
   *
   * @param minute since the hour began, 0 to 59
   */
  record Event(int minute, String what, Action action) {}

  private final List<Event> events = new ArrayList<>();

  void at(int minute, String what, Action action) {
    if (minute < 0 || minute >= HourMain.MINUTES) {
      throw new IllegalArgumentException("minute " + minute + ": " + what);
    }
    events.add(new Event(minute, what, action));
  }

  /** What happens at that minute, in the order in which it was written down. */
  List<Event> of(int minute) {
    return events.stream().filter(event -> event.minute == minute).toList();
  }
}
