package dev.acceld.agent.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.top.page.Answer;
import dev.acceld.agent.cli.top.page.Choice;
import dev.acceld.agent.cli.top.page.Look;
import dev.acceld.agent.cli.top.page.Pages;
import dev.acceld.agent.cli.top.page.View;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A terminal with scripted keys. */
class ScreenTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PipedOutputStream keyboard = new PipedOutputStream();
  private final List<Choice> chosen = new CopyOnWriteArrayList<>();
  private final List<String> after = new CopyOnWriteArrayList<>();
  private Terminal terminal;
  private Attributes before;

  @BeforeEach
  void open() throws IOException {
    terminal =
        new ExternalTerminal(
            "test",
            "xterm-256color",
            new PipedInputStream(keyboard),
            shown,
            StandardCharsets.UTF_8);
    terminal.setSize(new Size(80, 24));
    before = new Attributes(terminal.getAttributes());
  }

  @AfterEach
  void close() throws IOException {
    keyboard.close();
    terminal.close();
  }

  private static Answer answer() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("node", "node-7");
    ArrayNode devices = node.putArray("devices");
    for (int i = 0; i < 3; i++) {
      devices.addObject().put("name", "gpu-" + i).put("health", "healthy").put("present", true);
    }
    return new Answer(node, MissingNode.getInstance(), "", 0, "", 0);
  }

  private Screen screen(Supplier<Answer> answers) {
    return new Screen(
        terminal,
        new Pages(new Look(false)),
        new Paint(false),
        answers,
        chosen::add,
        () -> after.add(text()));
  }

  private static CompletableFuture<Void> run(Screen screen) {
    return CompletableFuture.runAsync(() -> {
      try {
        screen.run(Choice.first(View.DEVICES));
      } catch (InterruptedException e) {
        throw new CompletionException(e);
      }
    });
  }

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  private void type(String keys) throws IOException {
    keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  private void isRestored() {
    assertThat(terminal.getAttributes().getLocalFlags()).isEqualTo(before.getLocalFlags());
    assertThat(text()).contains("\u001b[?1049h");
    int end = text().indexOf("\u001b[?1049l");
    assertThat(end).isPositive();
    assertThat(text().substring(0, end)).endsWith("\u001b[?25h");
    assertThat(text().substring(end)).doesNotContain("node-7");
    assertThat(after).as("once, and last").singleElement().asString().contains("\u001b[?1049l");
  }

  @Test
  void keysMoveOpenFilterAndQuit() throws Exception {
    CompletableFuture<Void> running = run(screen(ScreenTest::answer));
    await().until(() -> text().contains("node-7"));
    assertThat(terminal.getAttributes().getLocalFlag(Attributes.LocalFlag.ICANON)).isFalse();
    type("\u001b[B");
    await().until(() -> chosen.stream().anyMatch(c -> c.key().equals("gpu-1")));
    type("\r");
    await().until(() -> chosen.getLast().mode() == Choice.Mode.DETAIL);
    type("\u001b");
    await().until(() -> chosen.getLast().mode() == Choice.Mode.TABLE);
    type("/quiet\r");
    await().until(() -> chosen.getLast().filter().equals("quiet"));
    assertThat(running).as("q is part of the filter").isNotDone();
    type("q");
    await().until(running::isDone);
    isRestored();
  }

  @Test
  void interruptsEndItInOrder() {
    CompletableFuture<Void> running = run(screen(ScreenTest::answer));
    await().until(() -> text().contains("node-7"));
    terminal.raise(Signal.INT);
    await().until(running::isDone);
    isRestored();
  }

  @Test
  void anInterruptEndsItWhileAFilterIsTyped() throws Exception {
    CompletableFuture<Void> running = run(screen(ScreenTest::answer));
    await().until(() -> text().contains("node-7"));
    type("/q");
    await().until(() -> !chosen.isEmpty() && chosen.getLast().filter().equals("q"));
    terminal.raise(Signal.INT);
    await().until(running::isDone);
    isRestored();
  }

  @Test
  void anErrorGivesTheTerminalBack() {
    CompletableFuture<Void> running =
        run(
            screen(() -> {
              if (text().contains("node-7")) {
                throw new IllegalStateException("a mistake of ours");
              }
              return answer();
            }));
    await().until(running::isDone);
    assertThat(running).isCompletedExceptionally();
    isRestored();
  }

  @Test
  void aTerminalThatGoesAwayEndsIt() throws Exception {
    CompletableFuture<Void> running = run(screen(ScreenTest::answer));
    await().until(() -> text().contains("node-7"));
    keyboard.close();
    await().until(running::isDone);
  }

  @Test
  void aResizedTerminalIsDrawnAnew() {
    CompletableFuture<Void> running = run(screen(ScreenTest::answer));
    await().until(() -> text().contains("nter details"));
    int drawn = text().length();
    terminal.setSize(new Size(20, 5));
    terminal.raise(Signal.WINCH);
    await().untilAsserted(() -> assertThat(text().substring(drawn)).contains("celd  node-7"));
    assertThat(text().substring(drawn)).doesNotContain("Tab view");
    terminal.raise(Signal.INT);
    await().until(running::isDone);
  }

  @Test
  void afterItWasGivenBackNothingIsDrawn() {
    Screen screen = screen(ScreenTest::answer);
    CompletableFuture<Void> running = run(screen);
    await().until(() -> text().contains("node-7"));
    screen.restore();
    int length = text().length();
    screen.changed();
    terminal.raise(Signal.INT);
    await().until(running::isDone);
    assertThat(text()).hasSize(length);
    screen.restore();
    assertThat(text()).hasSize(length);
  }
}
