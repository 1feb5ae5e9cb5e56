package dev.acceld.agent.cli;

import dev.acceld.machine.description.Suggestions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line: one line that names it, one that says where to read on. */
final class UsageError {
  /**
   * Never suggested: what a hurried reader types next must not take a device out of service, on
   * real hardware or on a simulated machine.
   */
  private static final Set<String> NOT_SUGGESTED =
      Set.of(
          "release",
          "repair",
          "reset-fails",
          "simulate",
          "xid",
          "operational-event",
          "lose",
          "set",
          "clear",
          "hang",
          "fail",
          "mig",
          "partition",
          "unload-driver",
          "reboot");

  /** It is not installed, and people know it from the README. */
  private static final String DEMO = "demo";

  private UsageError() {}

  /** Prints it; the exit status for wrong usage. */
  static int report(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    command.getErr().println("acceld: " + describe(mistake, command));
    command
        .getErr()
        .println("See '" + command.getCommandSpec().qualifiedName() + " --help' for its usage.");
    command.getErr().flush();
    return Commands.WRONG_USAGE;
  }

  /** That there is no such command, with the one that was probably meant or all that there are. */
  static String unknownCommand(CommandLine parent, String word) {
    Set<String> known = parent.getSubcommands().keySet();
    String where = parent.getParent() == null ? "" : parent.getCommandName() + " ";
    if (where.isEmpty() && DEMO.equals(word)) {
      return "the container image does not contain the demo; run it from the source tree with 'agent/bin/acceld demo'";
    }
    return "there is no command '"
        + where
        + word
        + "'"
        + Suggestions.to(word, known)
            .filter(n -> !NOT_SUGGESTED.contains(n))
            .map(n -> "; did you mean '" + where + n + "'?")
            .orElse("; there are: " + String.join(", ", known));
  }

  private static String describe(ParameterException mistake, CommandLine command) {
    return switch (mistake) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched.getUnmatched(), command);
      case MissingParameterException missing -> missing(missing);
      case OverwrittenOptionException twice -> name(twice.getOverwritten()) + " is given twice";
      default -> {
        ArgSpec argument = mistake.getArgSpec();
        yield argument == null
            ? String.valueOf(mistake.getMessage())
            : malformed(mistake, argument);
      }
    };
  }

  private static String unmatched(List<String> words, CommandLine command) {
    String first = words.getFirst();
    if (first.startsWith("-") && first.length() > 1) {
      List<String> known = new ArrayList<>();
      command.getCommandSpec().options().forEach(o -> known.addAll(Arrays.asList(o.names())));
      String option = first.split("=", 2)[0];
      return "there is no option '"
          + option
          + "'"
          + Suggestions.to(option, known).map(n -> "; did you mean '" + n + "'?").orElse("");
    }
    return command.getSubcommands().isEmpty()
        ? "'" + first + "' is an unexpected argument"
        : unknownCommand(command, first);
  }

  private static String missing(MissingParameterException mistake) {
    ArgSpec first =
        mistake.getMissing().isEmpty() ? mistake.getArgSpec() : mistake.getMissing().getFirst();
    return first instanceof OptionSpec option
        ? name(option) + " needs a value: " + option.paramLabel()
        : name(first) + " is missing";
  }

  private static String malformed(ParameterException mistake, ArgSpec argument) {
    return name(argument)
        + " must be "
        + form(argument)
        + (mistake.getValue() == null ? "" : ", not '" + mistake.getValue() + "'");
  }

  private static String form(ArgSpec argument) {
    Class<?> type = argument.type();
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(c -> c.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(" or "));
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == Integer.class) {
      return "a whole number";
    }
    return type == Map.class ? "of the form KEY=VALUE" : argument.paramLabel();
  }

  private static String name(@Nullable ArgSpec argument) {
    return switch (argument) {
      case null -> "an argument";
      case OptionSpec option -> option.longestName();
      default -> argument.paramLabel();
    };
  }
}
