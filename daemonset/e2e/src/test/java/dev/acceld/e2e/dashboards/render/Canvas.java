package dev.acceld.e2e.dashboards.render;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;

/** Texts and boxes on a part of the image. */
final class Canvas {
  static final int SMALL = 11;

  private final Graphics2D graphics;
  private final Rectangle area;

  Canvas(Graphics2D graphics, Rectangle area) {
    this.graphics = graphics;
    this.area = area;
  }

  Graphics2D graphics() {
    return graphics;
  }

  Rectangle area() {
    return new Rectangle(area);
  }

  /** The part below that many pixels. */
  Canvas below(int pixels) {
    return new Canvas(
        graphics, new Rectangle(area.x, area.y + pixels, area.width, area.height - pixels));
  }

  /** The same without its edges. */
  Canvas inset(int pixels) {
    Rectangle inner = area();
    inner.grow(-pixels, -pixels);
    return new Canvas(graphics, inner);
  }

  void fill(Color color) {
    graphics.setColor(color);
    graphics.fill(area);
  }

  void frame(Color color) {
    graphics.setColor(color);
    graphics.draw(new Rectangle(area.x, area.y, area.width - 1, area.height - 1));
  }

  /** Writes from a point of this part, cut off after so many pixels; returns the width. */
  int write(String text, int x, int baseline, int width, int size, boolean bold, Color color) {
    graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
    String shown = text;
    while (graphics.getFontMetrics().stringWidth(shown) > width && shown.length() > 1) {
      shown = shown.substring(0, shown.length() - 2) + "…";
    }
    graphics.setColor(color);
    graphics.drawString(shown, area.x + x, area.y + baseline);
    return graphics.getFontMetrics().stringWidth(shown);
  }

  /** Writes in the middle, as large as it fits. */
  void center(String text, int most, Color color) {
    int size = most;
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
    while (size > SMALL && graphics.getFontMetrics().stringWidth(text) > area.width) {
      size--;
      graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
    }
    int width = graphics.getFontMetrics().stringWidth(text);
    graphics.setColor(color);
    graphics.drawString(
        text, area.x + Math.max(0, (area.width - width) / 2), area.y + (area.height + size) / 2);
  }
}
