package dev.acceld.agent.status.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a text is, it is neither markup nor changes what stands beside it. */
class HtmlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onload='alert(1)",
        "</svg><style>*{display:none}</style>",
        "&lt;b&gt;",
        "<!--",
        "]]>"
      })
  void textAndAttributesAreEscaped(String hostile) {
    String inText = new Html().text("p", hostile).toString();
    assertThat(inText.substring(inText.indexOf("<p>") + 3, inText.lastIndexOf("</p>")))
        .doesNotContain("<", ">", "\"", "'")
        .isEqualTo(escaped(hostile));
    String inAttribute = new Html().open("g", "aria-label", hostile).close().toString();
    assertThat(inAttribute)
        .isEqualTo("<!doctype html>\n<g aria-label=\"" + escaped(hostile) + "\"></g>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  @Test
  void whatControlsLinesOrTurnsTheDirectionIsShownAsAnEscape() {
    String text = new Html().text("pod\u202egpj.exe\u2066\u200f\n\u0007").toString();
    assertThat(text).endsWith("pod\\u202egpj.exe\\u2066\\u200f\\n\\u0007");
  }

  @Test
  void otherScriptsStayAsTheyAre() {
    assertThat(new Html().text("שלום 世界 – µ").toString()).endsWith("שלום 世界 – µ");
  }

  @Test
  void anAttributeWithoutAValueIsLeftOut() {
    assertThat(new Html().text("a", "x", "href", "y", "aria-current", null).toString())
        .endsWith("<a href=\"y\">x</a>");
  }

  @Test
  void anElementThatIsNotEndedIsAnError() {
    Html html = new Html().open("p").text("x");
    assertThatThrownBy(html::toString).hasMessageContaining("p");
  }
}
