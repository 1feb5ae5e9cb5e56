package dev.acceld.agent.cli.top.page;

/** What a piece of text is; the terminal decides how that looks. */
public enum Style {
  /** Ordinary. */
  PLAIN,
  /** The first line, and headings. */
  TITLE,
  /** The names of columns. */
  HEAD,
  /** Of less importance. */
  DIM,
  /** As it should be. */
  GOOD,
  /** Deserves a look. */
  WARN,
  /** Wrong. */
  BAD,
  /** A chart. */
  CHART,
  /** The line that the keys act on. */
  SELECTED
}
