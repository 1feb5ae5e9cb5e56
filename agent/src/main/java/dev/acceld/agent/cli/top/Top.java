package dev.acceld.agent.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.Output;
import dev.acceld.agent.cli.StateDir;
import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.agent.cli.text.PrettyJson;
import dev.acceld.agent.cli.top.Poller.Seen;
import dev.acceld.agent.cli.top.page.Answer;
import dev.acceld.agent.cli.top.page.Choice;
import dev.acceld.agent.cli.top.page.Look;
import dev.acceld.agent.cli.top.page.Pages;
import dev.acceld.agent.cli.top.page.View;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/** Shows an agent's node, once or until a key ends it. Needs no picocli. */
final class Top {
  private static final int COLUMNS = 60;
  private static final int PRINTED_COLUMNS = 132;

  /** How long is waited for an answer before the terminal library is started without a frame. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /**
   * Set while the JVM records what the first frame needs, which takes longer and happens without a
   * terminal.
   */
  private static final boolean TRAINING = Boolean.getBoolean("acceld.top.training");

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration RECORDS_EVERY = Duration.ofSeconds(10);

  /** Of {@code /proc/PID/stat}, counted after the name (proc_pid_stat(5): fields 5 and 8). */
  private static final int PROCESS_GROUP = 2;

  private static final int FOREGROUND_GROUP = 5;

  private final TopOptions options;
  private final LocalClient client;

  /** With options that have no problem. */
  Top(TopOptions options) {
    this.options = options;
    this.client = new LocalClient(StateDir.of(options.stateDir()));
  }

  /**
   * Shows it; the exit status.
   *
   * @throws IOException no agent answers, or the terminal cannot be used
   */
  int run(PrintWriter out) throws IOException {
    if (options.output() != Output.JSON && !options.once() && isTerminal()) {
      return interactive();
    }
    JsonNode answer =
        client.ask("top", JsonNodeFactory.instance.objectNode().put("columns", COLUMNS));
    if (options.output() == Output.JSON) {
      out.println(PrettyJson.of(answer));
    } else {
      print(PlainText.of(answer), out);
    }
    out.flush();
    return 0;
  }

  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is none
  private static boolean isTerminal() {
    String term = System.getenv().getOrDefault("TERM", "");
    return (System.getProperty(FirstFrame.SIZE_PROPERTY) != null // the launcher has looked
            || System.console() != null && System.console().isTerminal())
        && !term.isEmpty()
        && !term.equals("dumb");
  }

  private void print(JsonNode answer, PrintWriter out) {
    Pages pages = new Pages(look());
    View only = options.view();
    List<View> views = only == null ? List.of(View.values()) : List.of(only);
    Seen records = views.contains(View.FAULTS) ? records() : Seen.NONE;
    Answer all = new Answer(answer, records.answer(), records.waiting(), 0, "", 0);
    for (View each : views) {
      if (views.size() > 1) {
        out.println((each == View.DEVICES ? "" : "\n") + each.word().toUpperCase(Locale.ROOT));
      }
      out.print(pages.printed(all, options.first(each), columns()));
    }
  }

  /** The recorded faults, or why they are not known: the devices tell what is wrong now. */
  private Seen records() {
    try {
      JsonNode faults = client.ask("faults", JsonNodeFactory.instance.objectNode());
      return new Seen(PlainText.of(faults), 0, "", 0);
    } catch (IOException e) {
      return new Seen(MissingNode.getInstance(), 0, OneLine.of(ErrorText.of(e)), 0);
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

  private Look look() {
    return new Look(isAscii(options.ascii(), System.getenv()));
  }

  private int interactive() throws IOException {
    Choice first = options.first(options.shown());
    AtomicReference<Choice> choice = new AtomicReference<>(first);
    AtomicReference<@Nullable Screen> screen = new AtomicReference<>();
    CountDownLatch told = new CountDownLatch(1);
    Runnable changed =
        () -> {
          told.countDown();
          Screen there = screen.get();
          if (there != null) {
            there.changed();
          }
        };
    try (Poller node =
            new Poller(
                "top",
                () -> client.ask("top", wish(Objects.requireNonNull(choice.get()))),
                options.every(),
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
      Look look = look();
      Pages pages = new Pages(look);
      Paint paint = new Paint(System.getenv().getOrDefault("NO_COLOR", "").isEmpty());
      Optional<FirstFrame> early = early(look);
      atEnd("first-frame", () -> early.ifPresent(FirstFrame::restore));
      try {
        if (early.isPresent()
            && told.await((TRAINING ? LONG : PATIENCE).toMillis(), TimeUnit.MILLISECONDS)) {
          // A shell would get the terminal as it is now.
          Object unused = Signals.register("TSTP", () -> {});
          early.get().draw(pages, paint, together(node.now(), records.now()), first);
        }
        Screen made =
            new Screen(
                terminal(look),
                pages,
                paint,
                () -> together(node.now(), records.now()),
                now -> {
                  Choice last = Objects.requireNonNull(choice.getAndSet(now));
                  if (!wish(now).equals(wish(last))) {
                    node.askNow();
                  }
                  if (now.view() == View.FAULTS) {
                    records.start(); // they are on disk: not read before somebody wants them
                  }
                },
                () -> early.ifPresent(FirstFrame::restore));
        atEnd("terminal", made::restore);
        screen.set(made);
        if (first.view() == View.FAULTS) {
          records.start();
        }
        made.run(first);
      } finally {
        early.ifPresent(FirstFrame::restore);
      }
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static void atEnd(String name, Runnable restores) {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(restores, name));
    } catch (IllegalStateException e) {
      // The process ends already.
    }
  }

  private Optional<FirstFrame> early(Look look) {
    // The faults are on disk; with them the first frame would be another one.
    if (options.shown() == View.FAULTS || !(isForeground() || TRAINING)) {
      return Optional.empty();
    }
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset(look));
    return FirstFrame.on(out, System.getProperty(FirstFrame.SIZE_PROPERTY), System.getenv("TERM"));
  }

  /** A job in the background may write to the terminal, and is stopped when it wants to read. */
  private static boolean isForeground() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[PROCESS_GROUP].equals(fields[FOREGROUND_GROUP]);
    } catch (IOException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  private static Charset charset(Look look) {
    return look.ascii() ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8;
  }

  static Answer together(Seen node, Seen records) {
    String waiting =
        records.answer().isMissingNode() && records.waiting().isEmpty()
            ? "the agent has not read them yet"
            : records.waiting();
    return new Answer(
        node.answer(),
        records.answer(),
        waiting,
        node.ageSeconds(),
        node.waiting(),
        node.waitingSeconds());
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
          .encoding(charset(look))
          // Ctrl-C would end the process without a hook until there are handlers of ours.
          .signalHandler(Terminal.SignalHandler.SIG_IGN)
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
