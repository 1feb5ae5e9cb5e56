package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.Commands;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** What people read must not be written for programmers. */
final class PlainWords {
  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(
          "\\b(?:java|javax|jdk|sun|com|io|org|dev)(?:\\.[a-z]\\w*)+\\.[A-Z]\\w*" // a class
              + "|\\b[A-Z]\\w*(?:Exception|Error)\\b"
              + "|^\\s+at \\S+\\(" // a stack trace
              + "|Unrecognized field|not marked as|annot deserialize|JsonToken|START_OBJECT"
              + "|\\[Source|StreamReadFeature|was expecting|Unmatched argument|positional parameter"
              + "|in 'reader'|in 'string'|while (?:parsing|scanning)|\\bnull\\b|Optional[\\[.]"
              + "|\\[[A-Z][A-Z0-9_]+(?:, [A-Z][A-Z0-9_]+)*\\]" // a list of constants
              + "|\\b[A-Z]\\w+\\[\\w+=", // a record
          Pattern.MULTILINE);

  private PlainWords() {}

  /** Exit status, everything that is printed (the log, too), and standard output alone. */
  record Said(int status, String text, String out) {}

  /** Runs a command line in this process. */
  static Said run(String... args) throws Exception {
    int[] status = new int[1];
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    String text =
        printed(() -> {
          PrintStream both = System.out;
          System.setOut(
              new PrintStream(
                  new OutputStream() {
                    @Override
                    public void write(int b) {
                      answer.write(b);
                      both.write(b);
                    }
                  },
                  true,
                  StandardCharsets.UTF_8));
          status[0] = Commands.run(args);
          return status[0];
        });
    return new Said(status[0], text, answer.toString(StandardCharsets.UTF_8));
  }

  /** Everything that is printed meanwhile. */
  static String printed(Callable<?> work) throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(text, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      work.call();
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /** Fails when something in it is for programmers. */
  static void check(String text) {
    assertThat(text).doesNotContainPattern(FOR_PROGRAMMERS);
  }
}
