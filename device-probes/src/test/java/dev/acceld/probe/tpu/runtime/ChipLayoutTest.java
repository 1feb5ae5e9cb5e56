package dev.acceld.probe.tpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.runtime.ChipLayout.Share;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChipLayoutTest {
  private final List<String> problems = new ArrayList<>();

  /** {@code 8 9 | | 0}: of three endpoints, one of which lists nothing. */
  private static List<SortedSet<Long>> ids(String text) {
    List<SortedSet<Long>> all = new ArrayList<>();
    for (String endpoint : text.split("\\|", -1)) {
      SortedSet<Long> ids = new TreeSet<>();
      Stream.of(endpoint.strip().split(" +"))
          .filter(id -> !id.isEmpty())
          .forEach(id -> ids.add(Long.valueOf(id)));
      all.add(ids);
    }
    return all;
  }

  private Optional<ChipLayout> layout(int chips, int devices, String ids) {
    ExpectedChips expected =
        devices == 0 ? ExpectedChips.of(chips) : ExpectedChips.of(chips, devices);
    return ChipLayout.of(chips, expected.devices(), ids(ids), problems::add);
  }

  private static String text(ChipLayout layout) {
    StringBuilder text = new StringBuilder();
    for (Optional<Share> share : layout.shares()) {
      text.append(
          share.map(s -> s.first() + (s.half() ? "½" : "+" + s.chips()) + " ").orElse("- "));
    }
    return text.append("of ").append(layout.devicesPerChip()).toString();
  }

  /** Shares are written {@code first chip + chips}, {@code ½} for one device of a chip. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          # chips; devices per chip, 0 unknown; ids; shares
          1; 1; 0                            ; 0+1 of 1
          1; 0; 0                            ; 0+1 of 1
          1; 0; 0 1                          ; 0+1 of 2
          4; 1; 8 9 12 13                    ; 0+4 of 1
          4; 0; 8 9 12 13                    ; 0+4 of 1
          4; 2; 0 1 2 3 4 5 6 7              ; 0+4 of 2
          4; 0; 0 1 2 3 4 5 6 7              ; 0+4 of 2
          4; 1; 0 | 1 | 2 | 3                ; 0+1 1+1 2+1 3+1 of 1
          4; 1; 0 | 0 | 0 | 0                ; 0+1 1+1 2+1 3+1 of 1
          4; 1; 3 | 1 | | 0                  ; 0+1 1+1 2+1 3+1 of 1
          4; 1; | | 7 |                      ; 0+1 1+1 2+1 3+1 of 1
          4; 1; 8 9 12 13 | | |              ; 0+4 - - - of 1
          4; 1; | 8 9 12 13 | |              ; - 0+4 - - of 1
          2; 1; 0 1 |                        ; 0+2 - of 1
          2; 2; 0 1 |                        ; 0+1 1+1 of 2
          2; 1; 0 1 | 0 1                    ; 0+2 - of 1
          2; 2; 0 1 | 0 1                    ; 0+1 1+1 of 2
          8; 1; 0 1 2 3 | 4 5 6 7            ; 0+4 4+4 of 1
          2; 2; 0 | 1 | 2 | 3                ; 0½ 0½ 1½ 1½ of 2
          2; 2; 0 | | 2 | 3                  ; 0½ 0½ 1½ 1½ of 2
          4; 2; 0 1 2 3 4 5 6 7 | | | | | | |; 0+4 - - - - - - - of 2
          """)
  void theIdsFitTheChipsInOneWay(int chips, int devices, String ids, String shares) {
    assertThat(layout(chips, devices, ids).map(ChipLayoutTest::text)).contains(shares);
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          4; 1; 0 1 2 3 4 5 6 7 ; 8 devices are listed, which does not fit 4 chips
          1; 1; 0 1             ; 2 devices are listed, which does not fit 1 chip
          4; 2; 0 1 2 3         ; 4 devices are listed, which does not fit 4 chips
          4; 0; 0 1 2           ; 3 devices are listed, which does not fit 4 chips
          4; 0; 0               ; 1 device is listed, which does not fit 4 chips
          4; 1; 0 | 1 2 | 3 | 4 ; 5 devices are listed at 4 of 4 ports, which does not fit 4 chips
          4; 1; 0 1 2 3 | 4 5 6 7 | | ; 8 devices are listed at 2 of 4 ports, which does not fit 4 chips
          3; 1; 0 | 1           ; 2 devices are listed at 2 of 2 ports, which does not fit 3 chips
          2; 0; 0 1 |           ; 2 devices are listed at 1 of 2 ports, which fits in more than one way 2 chips
          1; 0; 0 |             ; 1 device is listed at 1 of 2 ports, which fits in more than one way 1 chip
          """)
  void whatFitsInNoWayOrInSeveralHasAReason(int chips, int devices, String ids, String reason) {
    assertThat(layout(chips, devices, ids)).isEmpty();
    assertThat(problems).containsExactly(reason);
  }

  @Test
  void whateverIsListedEachChipHasAtMostOneTeller() {
    Random random = new Random(20261128);
    int placed = 0;
    for (int i = 0; i < 20_000; i++) {
      int chips = 1 + random.nextInt(8);
      int devices = random.nextInt(3);
      List<SortedSet<Long>> ids = new ArrayList<>();
      int endpoints = 1 + random.nextInt(8);
      for (int e = 0; e < endpoints; e++) {
        SortedSet<Long> listed = new TreeSet<>();
        int most = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(3 * chips);
        for (int n = 0; n < most; n++) {
          listed.add((long) random.nextInt(32));
        }
        ids.add(random.nextInt(3) > 0 && e > 0 ? ids.getFirst() : listed);
      }
      if (ids.stream().allMatch(SortedSet::isEmpty)) {
        continue;
      }
      problems.clear();
      ExpectedChips expected =
          devices == 0 ? ExpectedChips.of(chips) : ExpectedChips.of(chips, devices);
      Optional<ChipLayout> layout = ChipLayout.of(chips, expected.devices(), ids, problems::add);
      assertThat(problems).hasSize(layout.isPresent() ? 0 : 1);
      if (layout.isPresent()) {
        placed++;
        check(layout.get(), chips, ids);
      }
    }
    assertThat(placed).isGreaterThan(1000);
  }

  private static void check(ChipLayout layout, int chips, List<SortedSet<Long>> ids) {
    List<Integer> tellers = new ArrayList<>(Collections.nCopies(chips, 0));
    for (int e = 0; e < ids.size(); e++) {
      Optional<Share> share = layout.shares().get(e);
      if (share.isEmpty()) {
        continue;
      }
      Share s = share.get();
      int listed = ids.get(e).size();
      assertThat(listed == 0 || listed == (s.half() ? 1 : s.chips() * layout.devicesPerChip()))
          .isTrue();
      for (int chip = s.first(); chip < s.first() + s.chips(); chip++) {
        tellers.set(chip, tellers.get(chip) + (s.half() ? 1 : 2));
      }
    }
    assertThat(tellers).containsOnly(2);
  }
}
