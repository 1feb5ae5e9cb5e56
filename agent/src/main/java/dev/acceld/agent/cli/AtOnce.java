package dev.acceld.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A command that has to show something at once. picocli alone takes longer to start than such a
 * command in all, so a correct command line is run without it. Whoever implements this must not
 * need a class of picocli, nor one that does: those cannot be in the JVM's cache of classes, since
 * picocli is compiled for an old JVM.
 */
public interface AtOnce {

  /**
   * The classes by the commands' names. A ServiceLoader would open each of the eighty jars, and so
   * take as long as all the rest.
   */
  Map<String, String> COMMANDS = Map.of("top", "dev.acceld.agent.cli.top.TopAtOnce");

  /**
   * Runs a correct command line; the exit status. Empty when the line is anything else, be it a
   * question for help: then nothing was done, and picocli is to parse it and say what is wrong.
   *
   * @param arguments what follows the name of the command
   * @throws IOException it failed; the message says why
   */
  OptionalInt run(List<String> arguments) throws IOException;

  /** Runs a command line if it is a correct one of such a command; the exit status. */
  static OptionalInt of(String... words) {
    String command = words.length == 0 ? null : COMMANDS.get(words[0]);
    if (command == null) {
      return OptionalInt.empty();
    }
    try {
      AtOnce found =
          Class.forName(command).asSubclass(AtOnce.class).getDeclaredConstructor().newInstance();
      return found.run(List.of(words).subList(1, words.length));
    } catch (IOException | RuntimeException e) {
      return OptionalInt.of(Failure.report(e, new PrintWriter(System.err, true)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(command, e);
    }
  }
}
