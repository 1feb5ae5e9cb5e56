package dev.acceld.agent.cli.top;

import dev.acceld.agent.cli.top.page.Answer;
import dev.acceld.agent.cli.top.page.Choice;
import dev.acceld.agent.cli.top.page.Keys;
import dev.acceld.agent.cli.top.page.Pages;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/**
 * Shows screens on a terminal and takes keys, until the person quits. The terminal is as it was
 * before when {@link #run} comes back, however that ends, and after {@link #restore} on any thread.
 */
final class Screen {
  private static final String CHANGED = "changed";
  private static final String RESIZED = "resized";

  /** Whatever the keys do at the moment. */
  static final String QUIT = "quit";

  /** How long is waited for a first answer before something is drawn. */
  private static final long FIRST_MILLIS = 150;

  /** Without any event it is drawn anew so often: the age of what it shows changes. */
  private static final long IDLE_MILLIS = 1000;

  private final Terminal terminal;
  private final Pages pages;
  private final Keys keys;
  private final Paint paint;
  private final Supplier<Answer> answers;
  private final Consumer<Choice> chosen;
  private final Runnable after;
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final AtomicBoolean restored = new AtomicBoolean();
  private final Attributes before;
  private final Display display;

  /**
   * On that terminal, which it closes.
   *
   * @param answers what is known now
   * @param chosen told what the person has chosen, when that changes
   * @param after run when the terminal is given back, after all else that is written to it
   */
  Screen(
      Terminal terminal,
      Pages pages,
      Paint paint,
      Supplier<Answer> answers,
      Consumer<Choice> chosen,
      Runnable after) {
    this.terminal = terminal;
    this.pages = pages;
    this.keys = new Keys(pages);
    this.paint = paint;
    this.answers = answers;
    this.chosen = chosen;
    this.after = after;
    this.before = terminal.getAttributes();
    this.display = new Display(terminal, true);
  }

  /** There is something new to show. Any thread. */
  void changed() {
    events.add(CHANGED);
  }

  /** Returns when the person quits, or the terminal is gone. */
  void run(Choice first) throws InterruptedException {
    try {
      terminal.handle(Signal.WINCH, signal -> events.add(RESIZED));
      terminal.handle(Signal.INT, signal -> events.add(QUIT));
      // A shell would get the terminal as it is now.
      terminal.handle(Signal.TSTP, Terminal.SignalHandler.SIG_IGN);
      terminal.enterRawMode();
      terminal.puts(Capability.enter_ca_mode);
      terminal.puts(Capability.cursor_invisible);
      Thread.ofPlatform().name("keys").daemon().start(this::readKeys);
      loop(first);
    } finally {
      restore();
    }
  }

  private void readKeys() {
    KeyDecoder decoder = new KeyDecoder(millis -> terminal.reader().read(millis));
    try {
      String key;
      do {
        key = decoder.next();
        events.add(key);
      } while (!key.equals(QUIT));
    } catch (IOException e) {
      events.add(QUIT); // the terminal is gone
    }
  }

  private void loop(Choice first) throws InterruptedException {
    Choice choice = first;
    Answer shown = answers.get();
    String event =
        shown.waiting().isEmpty() ? events.poll(FIRST_MILLIS, TimeUnit.MILLISECONDS) : CHANGED;
    size(true);
    while (true) {
      if (!choice.paused()) {
        shown = answers.get();
      }
      if (event != null && !event.equals(CHANGED) && !event.isEmpty()) {
        if (event.equals(RESIZED)) {
          size(true);
        } else if (event.equals(QUIT)
            || (event.equals("q") && choice.mode() != Choice.Mode.FILTER)) {
          return;
        } else {
          Size size = size(false);
          Choice next =
              pages.within(
                  shown, keys.press(event, choice, shown), size.getColumns(), size.getRows());
          if (!next.equals(choice)) {
            choice = next;
            chosen.accept(choice);
          }
        }
      }
      Choice settled = keys.settle(choice, shown);
      if (!settled.equals(choice)) {
        choice = settled;
        chosen.accept(choice);
      }
      if (events.isEmpty()) {
        draw(shown, choice);
      }
      event = events.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private Size size(boolean clear) {
    Size size = terminal.getSize();
    Size known =
        new Size(
            size.getColumns() <= 0 ? 80 : size.getColumns(),
            size.getRows() <= 0 ? 24 : size.getRows());
    if (clear) {
      display.resize(known.getRows(), known.getColumns());
      display.clear();
    }
    return known;
  }

  private synchronized void draw(Answer answer, Choice choice) {
    if (restored.get()) {
      return;
    }
    Size size = size(false);
    display.update(paint.of(pages.screen(answer, choice, size.getColumns(), size.getRows())), 0);
  }

  /** Gives the terminal back as it was; once, on any thread. */
  synchronized void restore() {
    if (restored.getAndSet(true)) {
      return;
    }
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    after.run();
    terminal.setAttributes(before);
    try {
      terminal.close();
    } catch (IOException e) {
      // It is as it was; nothing more can be done.
    }
  }
}
