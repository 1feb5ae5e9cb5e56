package dev.acceld.agent.cli;

import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * Prints an answer again whenever it has changed. While no agent answers it says so once, and goes
 * on when there is one again.
 */
final class Watch {
  private final Answer answer;
  private final Duration every;
  private final PrintWriter out;
  private final PrintWriter err;

  /** What is printed. */
  @FunctionalInterface
  interface Answer {
    /** The text as it is now; throws when there is none, with a message that says why. */
    String text() throws IOException;
  }

  Watch(Answer answer, Duration every, PrintWriter out, PrintWriter err) {
    this.answer = answer;
    this.every = every;
    this.out = out;
    this.err = err;
  }

  /**
   * Until this thread is interrupted.
   *
   * @throws IOException when there is no first answer
   */
  void run() throws IOException {
    String last = answer.text();
    print(last);
    boolean waiting = false;
    try {
      while (!Thread.currentThread().isInterrupted() && !out.checkError()) {
        Thread.sleep(every);
        try {
          String now = answer.text();
          if (waiting || !now.equals(last)) {
            out.println();
            print(now);
          }
          last = now;
          waiting = false;
        } catch (IOException | IllegalArgumentException e) { // also a device that is away
          if (!waiting && !Thread.currentThread().isInterrupted()) {
            err.println("acceld: waiting: " + OneLine.of(ErrorText.of(e)));
            err.flush();
          }
          waiting = true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the person has seen enough
    }
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }
}
