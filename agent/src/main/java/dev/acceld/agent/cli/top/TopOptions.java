package dev.acceld.agent.cli.top;

import dev.acceld.agent.cli.Output;
import dev.acceld.agent.cli.top.page.Choice;
import dev.acceld.agent.cli.top.page.Pages;
import dev.acceld.agent.cli.top.page.View;
import dev.acceld.agent.config.Durations;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code acceld top} is to show, as it was asked for.
 *
 * @param once whether to print once and end
 * @param view what to look at; null for devices, and for all when printed once
 * @param sort the column to sort by; null for the order that the view has
 * @param filter only rows with that text; empty for all
 * @param interval how often to ask the agent, as it was written
 * @param ascii whether to show ASCII characters only
 * @param output for people or for programs
 * @param stateDir the agent's state directory; null for the usual one
 */
record TopOptions(
    boolean once,
    @Nullable View view,
    @Nullable String sort,
    String filter,
    String interval,
    boolean ascii,
    Output output,
    @Nullable String stateDir) {
  static final String INTERVAL = "1s";
  private static final Duration SHORTEST = Duration.ofMillis(200);

  /** What is wrong with them, for a person; empty when nothing is. */
  Optional<String> problem() {
    if (parsed().isEmpty()) {
      return Optional.of(
          "--interval must be " + Durations.FORM + "; 200ms or longer, not '" + interval + "'");
    }
    View of = shown();
    String column = sort;
    return column == null || Pages.order(of, column).isPresent()
        ? Optional.empty()
        : Optional.of(
            "--sort: the view "
                + of.word()
                + " has no column '"
                + column
                + "'; there are: "
                + String.join(", ", Pages.titles(of)));
  }

  /** How often to ask the agent. */
  Duration every() {
    return parsed().orElseThrow();
  }

  private Optional<Duration> parsed() {
    return Durations.parse(interval).filter(d -> d.compareTo(SHORTEST) >= 0);
  }

  /** The view to begin with. */
  View shown() {
    return view == null ? View.DEVICES : view;
  }

  /** What is chosen at first in a view. */
  Choice first(View of) {
    Choice choice = Choice.first(of).filtered(filter);
    String column = sort;
    return column == null || of != shown()
        ? choice
        : Pages.order(of, column).map(choice::sorted).orElse(choice);
  }
}
