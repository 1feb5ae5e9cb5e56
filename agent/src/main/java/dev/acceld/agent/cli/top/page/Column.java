package dev.acceld.agent.cli.top.page;

/**
 * A column of a table.
 *
 * @param title its name
 * @param keep the lower, the longer it stays where there is little room; {@link #DETAIL}: it is in
 *     the details of a row only
 * @param least cells that it needs at least, if it can be shortened; 0: it cannot
 * @param most cells that it takes at most
 * @param right whether its text is flush right
 * @param descending whether it is sorted from the highest to the lowest at first
 */
record Column(String title, int keep, int least, int most, boolean right, boolean descending) {
  static final int DETAIL = 100;

  private static final int LONGEST = 48;

  /** Text that is not shortened. */
  static Column whole(String title, int keep) {
    return new Column(title, keep, 0, LONGEST, false, false);
  }

  /** Text that can be shortened. */
  static Column text(String title, int keep, int least) {
    return new Column(title, keep, least, LONGEST, false, false);
  }

  /** A number. */
  static Column number(String title, int keep) {
    return new Column(title, keep, 0, LONGEST, true, true);
  }

  /** A chart. */
  static Column chart(String title, int keep, int most) {
    return new Column(title, keep, title.length(), most, false, true);
  }
}
