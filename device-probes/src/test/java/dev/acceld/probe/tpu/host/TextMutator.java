package dev.acceld.probe.tpu.host;

import java.util.Random;

/** Makes damaged copies of a text, always the same ones in the same order. */
final class TextMutator {
  private static final String CHARACTERS =
      "'\":,;x-#= \t\r\n\0\u001b\u0085\u2028\ufeff\ud83d09aZ_ä";

  private final Random random = new Random(20_261_122);
  private final String good;

  TextMutator(String good) {
    this.good = good;
  }

  String next() {
    StringBuilder text = new StringBuilder(good);
    for (int edits = 1 + random.nextInt(8); edits > 0; edits--) {
      edit(text);
    }
    return text.toString();
  }

  private void edit(StringBuilder text) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + 1 + random.nextInt(12));
    switch (random.nextInt(6)) {
      case 0 -> text.delete(at, end);
      case 1 -> text.insert(at, character());
      case 2 -> text.replace(at, Math.min(text.length(), at + 1), String.valueOf(character()));
      case 3 -> text.insert(at, text.substring(at, end).repeat(random.nextInt(40)));
      case 4 -> text.insert(at, random.nextLong());
      default -> text.setLength(random.nextInt(4) == 0 ? at : text.length());
    }
  }

  private char character() {
    return CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
  }
}
