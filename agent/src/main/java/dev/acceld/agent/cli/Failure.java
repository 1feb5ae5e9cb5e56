package dev.acceld.agent.cli;

import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.machine.description.MachineException;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.io.PrintWriter;

/** A command that failed, as the person is told of it. */
final class Failure {
  private Failure() {}

  /**
   * What people did wrong is said in one line; what we did wrong comes with its trace. The exit
   * status.
   */
  static int report(Exception problem, PrintWriter err) {
    boolean expected =
        problem instanceof ConfigException
            || problem instanceof MachineException
            || problem instanceof IOException
            || problem instanceof IllegalArgumentException;
    if (expected) {
      err.println("acceld: " + PlainText.ofLines(ErrorText.of(problem)));
    } else {
      err.println("acceld: internal error, please report it with this stack trace:");
      problem.printStackTrace(err);
    }
    err.flush();
    return 1;
  }
}
