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
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
import org.jspecify.annotations.Nullable;

/** Shows an agent's node, once or until a key ends it. Needs no picocli. */
final class Top {
  private static final int COLUMNS = 60;
  private static final int PRINTED_COLUMNS = 132;

  /** How long is waited for an answer before the terminal library is started without a frame. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration RECORDS_EVERY = Duration.ofSeconds(10);

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
    Answer all = new Answer(answer, records(), 0, "", 0);
    for (View each : views) {
      if (views.size() > 1) {
        out.println((each == View.DEVICES ? "" : "\n") + each.word().toUpperCase(Locale.ROOT));
      }
      out.print(pages.printed(all, options.first(each), columns()));
    }
  }

  /** The recorded faults; none when they cannot be read, for the devices tell what is wrong now. */
  private JsonNode records() {
    try {
      return PlainText.of(client.ask("faults", JsonNodeFactory.instance.objectNode()));
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
      Optional<FirstFrame> early = early();
      if (early.isPresent() && told.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        early.get().draw(pages, paint, together(node.now(), records.now()), first);
      }
      Screen made =
          new Screen(
              terminal(look, early),
              pages,
              paint,
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

  private Optional<FirstFrame> early() {
    // The faults are on disk; with them the first frame would be another one.
    return options.shown() == View.FAULTS
        ? Optional.empty()
        : FirstFrame.on(
            System.out, System.getProperty(FirstFrame.SIZE_PROPERTY), System.getenv("TERM"));
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

  private static Terminal terminal(Look look, Optional<FirstFrame> early) throws IOException {
    Thread hook = new Thread(() -> early.ifPresent(FirstFrame::restore), "first-frame");
    Runtime.getRuntime().addShutdownHook(hook); // Ctrl-C before there is a library that knows it
    try {
      return TerminalBuilder.builder()
          .system(true)
          .providers("ffm,exec")
          .dumb(false)
          .encoding(look.ascii() ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8)
          .build();
    } catch (IOException | IllegalStateException e) {
      early.ifPresent(FirstFrame::restore);
      throw new IOException(
          "the terminal cannot be used ("
              + ErrorText.of(e)
              + "); 'acceld top --once' prints without one",
          e);
    } finally {
      unhook(hook);
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends; it has run.
    }
  }
}
