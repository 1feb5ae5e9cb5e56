package dev.acceld.agent.cli;

import java.util.OptionalInt;

/** The entry point of every command. */
public final class Main {
  private static final int BROKEN = 70;

  private Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    int status = BROKEN;
    try {
      OptionalInt done = AtOnce.of(args);
      if (done.isPresent()) {
        System.out.flush();
        System.err.flush();
        // To exit, the JVM looks through all jars for somebody who wants to log it.
        Runtime.getRuntime().halt(done.getAsInt());
      }
      status = Commands.run(args);
    } catch (OutOfMemoryError e) {
      System.err.println(
          "acceld: out of memory; increase the JVM's heap (ACCELD_JAVA_OPTS=-Xmx128m)");
    } catch (Error e) {
      System.err.println("acceld: internal error, please report it with this stack trace:");
      e.printStackTrace(System.err); // or the exit below would come before anybody prints it
    } finally {
      System.exit(status); // threads of a half-started agent must not keep a broken process alive
    }
  }
}
