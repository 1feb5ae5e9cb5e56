package dev.acceld.agent.cli.top;

import dev.acceld.agent.cli.AtOnce;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code acceld top} without picocli: the first frame is there in half the time. */
public final class TopAtOnce implements AtOnce {

  /** For {@link AtOnce#COMMANDS}. */
  public TopAtOnce() {}

  @Override
  public OptionalInt run(List<String> arguments) throws IOException {
    Optional<TopOptions> options = TopArguments.of(arguments);
    return options.isPresent()
        ? OptionalInt.of(new Top(options.get()).run(new PrintWriter(System.out, true)))
        : OptionalInt.empty();
  }
}
