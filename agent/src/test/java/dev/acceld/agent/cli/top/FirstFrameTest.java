package dev.acceld.agent.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.top.page.Answer;
import dev.acceld.agent.cli.top.page.Choice;
import dev.acceld.agent.cli.top.page.Look;
import dev.acceld.agent.cli.top.page.Pages;
import dev.acceld.agent.cli.top.page.View;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstFrameTest {
  private static final Pattern ESCAPE = Pattern.compile("\033\\[[?0-9;]*[A-Za-z]");

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(shown, false, StandardCharsets.UTF_8);

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  @Test
  void fillsTheScreenWithWhatTheLibraryWillShow() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("node", "node-7");
    node.putArray("devices").addObject().put("name", "gpu-0").put("health", "healthy");
    Answer answer = new Answer(node, MissingNode.getInstance(), "", 0, "", 0);
    Pages pages = new Pages(new Look(false));
    Choice choice = Choice.first(View.DEVICES);

    FirstFrame.on(out, "12x80", "xterm-256color")
        .orElseThrow()
        .draw(pages, new Paint(true), answer, choice);

    assertThat(text()).startsWith("\033[?1049h\033[?25l\033[2J\033[H").contains("gpu-0");
    List<String> lines = ESCAPE.matcher(text()).replaceAll("").lines().toList();
    assertThat(lines)
        .isEqualTo(
            pages.screen(answer, choice, 80, 12).lines().stream().map(l -> l.text()).toList());
    assertThat(lines).hasSize(12);
    assertThat(text()).as("the last line must not scroll").doesNotEndWith("\n");
  }

  @Test
  void givesTheTerminalBackOnceIfItHasIt() {
    FirstFrame frame = FirstFrame.on(out, "12x80", "screen").orElseThrow();
    frame.restore();
    assertThat(text()).as("nothing was drawn").isEmpty();
    frame.draw(
        new Pages(new Look(false)),
        new Paint(true),
        new Answer(MissingNode.getInstance(), MissingNode.getInstance(), "", 0, "", 0),
        Choice.first(View.DEVICES));
    frame.restore();
    assertThat(text()).endsWith("\033[?25h\033[?1049l");
    int length = text().length();
    frame.restore();
    assertThat(text()).hasSize(length);
  }

  @ParameterizedTest
  @CsvSource({
    "24x80, xterm, true",
    "24x80, tmux-256color, true",
    "24x80, vt100, false",
    "24x80, linux, false",
    "24x80, rxvt, false",
    "24x80, dumb, false",
    "24x80, , false",
    "0x0, xterm, false",
    "24, xterm, false",
    "99999x80, xterm, false",
    ", xterm, false"
  })
  void isDrawnOnlyWhereItIsUnderstood(@Nullable String size, @Nullable String term, boolean drawn) {
    assertThat(FirstFrame.on(out, size, term).isPresent()).isEqualTo(drawn);
  }
}
