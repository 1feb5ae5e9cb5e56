package dev.acceld.agent.cli;

/** The entry point of every command. */
public final class Main {
  private static final int BROKEN = 70;

  private Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    int status = BROKEN;
    try {
      status = Commands.run(args);
    } catch (OutOfMemoryError e) {
      System.err.println(
          "acceld: out of memory; increase the JVM's heap (ACCELD_JAVA_OPTS=-Xmx128m)");
    } finally {
      System.exit(status); // threads of a half-started agent must not keep a broken process alive
    }
  }
}
