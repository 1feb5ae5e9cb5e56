package dev.acceld.agent.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Tells on the terminal what the demo does. */
final class Narrator {
  private final PrintStream out;
  private final long start = System.nanoTime();
  private int scene;

  Narrator(PrintStream out) {
    this.out = out;
  }

  /** A new step, numbered, with the time since the start. */
  void scene(String what) {
    scene++;
    out.printf(
        Locale.ROOT, "%n== %d. %s  [%.1f s]%n", scene, what, (System.nanoTime() - start) / 1e9);
  }

  /** One line. */
  void say(String line) {
    out.println(line);
  }

  /** A text of several lines, indented. */
  void quote(String text) {
    text.lines().forEach(line -> out.println("   " + line));
  }
}
