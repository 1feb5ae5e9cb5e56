package dev.acceld.agent.web;

/** Who knows what holds for the HTTP port now. */
public interface WebAccessSource {
  /** Without a file nothing is restricted, and nothing changes. */
  WebAccessSource OPEN =
      new WebAccessSource() {
        @Override
        public WebAccess now() {
          return WebAccess.OPEN;
        }

        @Override
        public void whenTlsChanges(Runnable action) {}
      };

  /** What holds now; never blocks. */
  WebAccess now();

  /**
   * Has something done whenever connections that are open were secured by what no longer holds. At
   * most one; replaces the one before.
   */
  void whenTlsChanges(Runnable action);
}
