package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SliceNamesTest {
  @Test
  void sortsAsPublished() {
    SliceNames names = new SliceNames("acceld.dev", "n");
    assertThat(names.of(0)).isEqualTo("00000-acceld.dev-n");
    assertThat(names.of(26)).isEqualTo("0001a-acceld.dev-n");
  }

  @Test
  void aLongNodeNameIsHashed() {
    String node = "n".repeat(190) + "." + "x".repeat(60);
    String name = new SliceNames("acceld.dev", node).of(0);
    assertThat(name).hasSizeLessThanOrEqualTo(253).startsWith("00000-acceld.dev-nnn");
    assertThat(name).matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    assertThat(new SliceNames("acceld.dev", node + "y").of(0)).isNotEqualTo(name);
  }
}
