package dev.acceld.agent.cli.top.page;

/**
 * What the terminal can show.
 *
 * @param ascii ASCII only
 */
public record Look(boolean ascii) {
  /** For what is not known or not supported. */
  String none() {
    return ascii ? "-" : "–";
  }

  /** For what is cut off. */
  String more() {
    return ascii ? "~" : "…";
  }

  /** Before a number that may be higher. */
  String atLeast() {
    return ascii ? ">=" : "≥";
  }

  String degrees() {
    return ascii ? " C" : " °C";
  }

  String unfolded() {
    return ascii ? "- " : "▾ ";
  }

  String folded() {
    return ascii ? "+ " : "▸ ";
  }

  String branch() {
    return ascii ? "  ` " : "  └ ";
  }

  String rule() {
    return ascii ? "-" : "─";
  }

  String down() {
    return ascii ? " v" : " ▾";
  }

  String up() {
    return ascii ? " ^" : " ▴";
  }
}
