package dev.acceld.agent.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.AddedCommand;
import dev.acceld.agent.cli.AgentCommand;
import dev.acceld.agent.cli.Output;
import dev.acceld.agent.cli.SettingOptions;
import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.agent.cli.top.Poller.Seen;
import dev.acceld.agent.cli.top.page.Answer;
import dev.acceld.agent.cli.top.page.Choice;
import dev.acceld.agent.cli.top.page.Look;
import dev.acceld.agent.cli.top.page.Pages;
import dev.acceld.agent.cli.top.page.View;
import dev.acceld.agent.config.Durations;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The node on a terminal, as it is now. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description =
        "Shows devices, claims, pods, processes and faults of this node, and keeps them up to"
            + " date. ? lists the keys. Without a terminal it prints once.")
public final class TopCommand extends AgentCommand implements AddedCommand {
  private static final int COLUMNS = 60;
  private static final int PRINTED_COLUMNS = 132;
  private static final Duration SHORTEST = Duration.ofMillis(200);
  private static final Duration RECORDS_EVERY = Duration.ofSeconds(10);

  @Option(names = "--once", description = "print once and exit")
  boolean once;

  @Option(
      names = "--view",
      paramLabel = "VIEW",
      description =
          "devices, claims, pods, processes or faults (default: devices; with --once: all)")
  @Nullable View view;

  @Option(names = "--sort", paramLabel = "COLUMN", description = "sort the view by that column")
  @Nullable String sort;

  @Option(names = "--filter", paramLabel = "TEXT", description = "only rows that have that text")
  String filter = "";

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "how often to ask the agent, from 200ms on (default: 1s)")
  String interval = "1s";

  @Option(
      names = "--ascii",
      description = "only ASCII characters (default with a locale that is not UTF-8)")
  boolean ascii;

  @Override
  protected String command() {
    return "top";
  }

  @Override
  protected ObjectNode arguments() {
    return JsonNodeFactory.instance.objectNode().put("columns", COLUMNS);
  }

  @Override
  public Integer call() throws IOException {
    Duration every = every();
    Choice first = first(view == null ? View.DEVICES : view);
    if (output == Output.JSON || once || !isTerminal()) {
      return super.call();
    }
    return interactive(SettingOptions.stateDir(stateDir), first, every);
  }

  private Duration every() {
    return Durations.parse(interval)
        .filter(d -> d.compareTo(SHORTEST) >= 0)
        .orElseThrow(() ->
            wrong(
                "--interval must be "
                    + Durations.FORM
                    + "; 200ms or longer, not '"
                    + interval
                    + "'"));
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), problem);
  }

  /** What is chosen at first. */
  private Choice first(View of) {
    Choice choice = Choice.first(of).filtered(filter);
    String column = sort;
    if (column == null) {
      return choice;
    }
    return Pages.order(of, column)
        .map(choice::sorted)
        .orElseThrow(() ->
            wrong(
                "--sort: the view "
                    + of.word()
                    + " has no column '"
                    + column
                    + "'; there are: "
                    + String.join(", ", Pages.titles(of))));
  }

  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is none
  private static boolean isTerminal() {
    String term = System.getenv().getOrDefault("TERM", "");
    return System.console() != null
        && System.console().isTerminal()
        && !term.isEmpty()
        && !term.equals("dumb");
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    Pages pages = new Pages(new Look(isAscii(ascii, System.getenv())));
    List<View> views = view == null ? List.of(View.values()) : List.of(view);
    Answer all = new Answer(answer, records(), 0, "", 0);
    for (View each : views) {
      if (views.size() > 1) {
        out.println((each == View.DEVICES ? "" : "\n") + each.word().toUpperCase(Locale.ROOT));
      }
      Choice choice = each == View.DEVICES || view != null ? first(each) : Choice.first(each);
      out.print(pages.printed(all, choice.filtered(filter), columns()));
    }
    return 0;
  }

  /** The recorded faults; none when they cannot be read, for the devices tell what is wrong now. */
  private JsonNode records() {
    try {
      return PlainText.of(
          new LocalClient(SettingOptions.stateDir(stateDir))
              .ask("faults", JsonNodeFactory.instance.objectNode()));
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static int columns() {
    String columns = System.getenv().getOrDefault("COLUMNS", "");
    return columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : PRINTED_COLUMNS;
  }

  /** Whether the terminal shows ASCII only: it is said so, or the locale has another charset. */
  static boolean isAscii(boolean wanted, Map<String, String> env) {
    String locale = "";
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      locale = locale.isEmpty() ? env.getOrDefault(name, "") : locale;
    }
    String lower = locale.toLowerCase(Locale.ROOT);
    return wanted || !(locale.isEmpty() || lower.contains("utf-8") || lower.contains("utf8"));
  }

  private int interactive(Path dir, Choice first, Duration every) throws IOException {
    LocalClient client = new LocalClient(dir);
    AtomicReference<Choice> choice = new AtomicReference<>(first);
    AtomicReference<@Nullable Screen> screen = new AtomicReference<>();
    Runnable changed =
        () -> {
          Screen there = screen.get();
          if (there != null) {
            there.changed();
          }
        };
    try (Poller node =
            new Poller(
                "top",
                () -> client.ask("top", wish(Objects.requireNonNull(choice.get()))),
                every,
                System::nanoTime,
                changed);
        Poller records =
            new Poller(
                "faults",
                () -> client.ask("faults", JsonNodeFactory.instance.objectNode()),
                RECORDS_EVERY,
                System::nanoTime,
                changed)) {
      node.start(); // it asks while the terminal is opened
      Look look = new Look(isAscii(ascii, System.getenv()));
      Screen made =
          new Screen(
              terminal(look),
              new Pages(look),
              new Paint(System.getenv().getOrDefault("NO_COLOR", "").isEmpty()),
              () -> together(node.now(), records.now()),
              now -> {
                Choice last = Objects.requireNonNull(choice.getAndSet(now));
                if (!wish(now).equals(wish(last))) {
                  node.askNow();
                }
                if (now.view() == View.FAULTS) {
                  records.start(); // they are on disk: not read before somebody wants to see them
                }
              });
      screen.set(made);
      if (first.view() == View.FAULTS) {
        records.start();
      }
      Thread hook = new Thread(made::restore, "terminal");
      Runtime.getRuntime().addShutdownHook(hook);
      made.run(first);
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static Answer together(Seen node, Seen records) {
    return new Answer(
        node.answer(), records.answer(), node.ageSeconds(), node.waiting(), node.waitingSeconds());
  }

  /** With everything about the selected device. */
  private static ObjectNode wish(Choice choice) {
    ObjectNode wish = JsonNodeFactory.instance.objectNode().put("columns", COLUMNS);
    return choice.view() == View.DEVICES ? wish.put("device", choice.key()) : wish;
  }

  private static Terminal terminal(Look look) throws IOException {
    try {
      return TerminalBuilder.builder()
          .system(true)
          .providers("ffm,exec")
          .dumb(false)
          .encoding(look.ascii() ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8)
          .build();
    } catch (IOException | IllegalStateException e) {
      throw new IOException(
          "the terminal cannot be used ("
              + ErrorText.of(e)
              + "); 'acceld top --once' prints without one",
          e);
    }
  }
}
