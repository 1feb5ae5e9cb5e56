package dev.acceld.watch;

/**
 * Something that is so when it was seen often enough in a row, and is over when it was not seen as
 * often in a row. What is neither, or is not known, breaks no row. Not safe for threads.
 */
final class Streak {
  private boolean raised;
  private long seen;
  private long notSeen;

  /** What one more look changed. */
  enum Change {
    NONE,
    BEGAN,
    ENDED
  }

  /**
   * One more look.
   *
   * @param bad it is so
   * @param good it is certainly not so
   * @param enough looks in a row, at least 1
   */
  Change look(boolean bad, boolean good, double enough) {
    seen = bad ? seen + 1 : good ? 0 : seen;
    notSeen = good ? notSeen + 1 : bad ? 0 : notSeen;
    if (!raised && bad && seen >= enough) {
      raised = true;
      return Change.BEGAN;
    }
    if (raised && good && notSeen >= enough) {
      raised = false;
      return Change.ENDED;
    }
    return Change.NONE;
  }
}
